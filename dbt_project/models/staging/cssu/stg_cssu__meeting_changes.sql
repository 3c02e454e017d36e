{{ staged('cssu', 'meeting_changes') }}
