{{ staged('cssu', 'escalations') }}
