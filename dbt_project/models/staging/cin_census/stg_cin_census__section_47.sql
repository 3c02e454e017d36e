{{ staged('cin_census', 'section_47') }}
