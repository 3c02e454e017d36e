{{ staged('cssu', 'permanence_actions') }}
