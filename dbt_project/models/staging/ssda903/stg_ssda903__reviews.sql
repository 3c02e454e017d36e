{{ staged('ssda903', 'reviews') }}
