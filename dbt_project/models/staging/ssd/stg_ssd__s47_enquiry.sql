{{ staged('ssd', 's47_enquiry') }}
