"""Child protection: enquiries, conferences, plans, visits, and the forms of the unit."""
