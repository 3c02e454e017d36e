{{ staged('cssu', 'iro_posts') }}
