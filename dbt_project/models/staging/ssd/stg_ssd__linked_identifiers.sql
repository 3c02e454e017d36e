{{ staged('ssd', 'linked_identifiers') }}
