{{ staged('ssda903', 'uasc') }}
