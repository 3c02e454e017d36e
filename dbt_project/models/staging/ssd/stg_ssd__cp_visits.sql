{{ staged('ssd', 'cp_visits') }}
