{{ staged('ssd', 'cla_visits') }}
