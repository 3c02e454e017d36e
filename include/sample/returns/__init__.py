"""The statutory returns on the same children: the yearly SSDA903, the children in need census, Ofsted's Annex A."""
