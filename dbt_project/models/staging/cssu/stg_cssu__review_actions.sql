{{ staged('cssu', 'review_actions') }}
