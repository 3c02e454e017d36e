{{ staged('cssu', 'team_managers') }}
