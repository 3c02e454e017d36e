{{ staged('cssu', 'private_fostering_visits') }}
