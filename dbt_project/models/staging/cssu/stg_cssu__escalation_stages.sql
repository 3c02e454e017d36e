{{ staged('cssu', 'escalation_stages') }}
