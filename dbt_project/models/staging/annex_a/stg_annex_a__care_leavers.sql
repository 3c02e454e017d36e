{{ staged('annex_a', 'care_leavers') }}
