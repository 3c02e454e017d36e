{{ staged('cin_census', 'child_protection_plans') }}
