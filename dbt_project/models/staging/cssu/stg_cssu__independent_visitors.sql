{{ staged('cssu', 'independent_visitors') }}
