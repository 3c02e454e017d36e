{{ staged('cin_census', 'referrals') }}
