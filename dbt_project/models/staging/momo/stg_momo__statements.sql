{{ staged('momo', 'statements') }}
