{{ staged('annex_a', 'children_in_care') }}
