{{ staged('ssd', 'person', read_while_in={
    'cla_episodes': ref('stg_ssd__cla_episodes'),
    'cla_placement': ref('stg_ssd__cla_placement'),
    'legal_status': ref('stg_ssd__legal_status'),
    'cla_care_plan': ref('stg_ssd__cla_care_plan'),
    'cla_visits': ref('stg_ssd__cla_visits'),
    'involvements': ref('stg_ssd__involvements'),
}) }}
