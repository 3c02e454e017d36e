{{ staged('ssd', 'cla_care_plan') }}
