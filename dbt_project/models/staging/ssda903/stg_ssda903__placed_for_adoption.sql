{{ staged('ssda903', 'placed_for_adoption') }}
