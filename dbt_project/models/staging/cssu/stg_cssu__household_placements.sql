{{ staged('cssu', 'household_placements') }}
