{{ staged('cssu', 'conference_participation') }}
