{{ staged('ssd', 'care_leavers') }}
