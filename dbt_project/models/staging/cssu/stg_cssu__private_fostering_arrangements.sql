{{ staged('cssu', 'private_fostering_arrangements') }}
