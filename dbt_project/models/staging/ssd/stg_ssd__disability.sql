{{ staged('ssd', 'disability') }}
