{{ staged('annex_a', 'child_protection_plans') }}
