{{ staged('annex_a', 'adoption') }}
