{{ staged('cssu', 'foster_carer_reviews') }}
