{{ staged('ssda903', 'previous_permanence') }}
