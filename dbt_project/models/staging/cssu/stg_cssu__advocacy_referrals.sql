{{ staged('cssu', 'advocacy_referrals') }}
