{{ staged('cssu', 'sibling_groups') }}
