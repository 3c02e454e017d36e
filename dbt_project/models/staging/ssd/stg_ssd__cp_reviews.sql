{{ staged('ssd', 'cp_reviews') }}
