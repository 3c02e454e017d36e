{{ staged('ssd', 'mother') }}
