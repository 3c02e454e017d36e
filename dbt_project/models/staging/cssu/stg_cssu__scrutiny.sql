{{ staged('cssu', 'scrutiny') }}
