{{ staged('cssu', 'permanence_plan_decisions') }}
