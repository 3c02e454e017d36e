{{ staged('cssu', 'conference_details') }}
