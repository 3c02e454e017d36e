{{ staged('cin_census', 'children') }}
