{{ staged('ssd', 'immigration_status') }}
