{{ staged('ssd', 'initial_cp_conference') }}
