{{ staged('annex_a', 'section_47') }}
