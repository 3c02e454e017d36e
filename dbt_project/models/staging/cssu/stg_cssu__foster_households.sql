{{ staged('cssu', 'foster_households') }}
