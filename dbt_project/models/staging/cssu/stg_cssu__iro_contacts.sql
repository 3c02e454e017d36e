{{ staged('cssu', 'iro_contacts') }}
