{{ staged('cin_census', 'plan_reviews') }}
