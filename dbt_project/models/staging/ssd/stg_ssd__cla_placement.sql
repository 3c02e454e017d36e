{{ staged('ssd', 'cla_placement') }}
