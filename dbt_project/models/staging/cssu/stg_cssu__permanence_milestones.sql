{{ staged('cssu', 'permanence_milestones') }}
