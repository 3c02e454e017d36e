{{ staged('ssd', 'missing') }}
