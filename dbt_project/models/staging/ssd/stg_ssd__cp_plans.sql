{{ staged('ssd', 'cp_plans') }}
