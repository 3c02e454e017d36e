{{ staged('ssda903', 'episodes') }}
