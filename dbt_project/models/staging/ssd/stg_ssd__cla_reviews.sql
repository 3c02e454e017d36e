{{ staged('ssd', 'cla_reviews') }}
