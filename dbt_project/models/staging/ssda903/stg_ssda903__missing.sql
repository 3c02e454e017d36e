{{ staged('ssda903', 'missing') }}
