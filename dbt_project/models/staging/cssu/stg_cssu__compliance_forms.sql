{{ staged('cssu', 'compliance_forms') }}
