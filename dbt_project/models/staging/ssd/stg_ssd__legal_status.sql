{{ staged('ssd', 'legal_status') }}
