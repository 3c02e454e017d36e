{{ staged('ssda903', 'header') }}
