{{ staged('ssd', 'family') }}
