{{ staged('cssu', 'special_review_children') }}
