{{ staged('ssd', 'cla_previous_permanence') }}
