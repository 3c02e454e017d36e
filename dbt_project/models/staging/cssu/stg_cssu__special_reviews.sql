{{ staged('cssu', 'special_reviews') }}
