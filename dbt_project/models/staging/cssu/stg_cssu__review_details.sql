{{ staged('cssu', 'review_details') }}
