-- not by reviewing officer: rows about persons have marts and a grant of their own
{%- set lists = {
    'sex': 'sex',
    'legal status': 'legal_status',
    'category of need': 'category_of_need',
    'category of abuse': 'abuse_category',
    'reason': 'escalation_reason',
    'manager role': 'notified_role',
    'type of conference': 'conference_type',
    'type of approval': 'approval_type',
    'post': 'iro_post_role',
} %}
with labels as (
    select
        lists.breakdown,
        codes.code as breakdown_value,
        codes.label
    from {{ ref('code') }} as codes
    inner join (
        values
        {% for breakdown, list in lists.items() -%}
            ('{{ breakdown }}', '{{ list }}'){{ ',' if not loop.last }}
        {% endfor %}
    ) as lists (breakdown, list) on codes.list = lists.list
    union all
    select
        'team',
        teams.team_id,
        teams.team_name
    from {{ ref('int_people__teams') }} as teams
    union all
    select
        'service manager',
        professionals.professional_id,
        professionals.professional_name
    from {{ ref('dim_professional') }} as professionals
)

select
    counts.measure_id,
    counts.period_id,
    counts.breakdown,
    counts.breakdown_value,
    coalesce(labels.label, counts.breakdown_value) as breakdown_label,
    periods.period_kind,
    periods.period_label,
    periods.first_day,
    periods.last_day,
    counts.numerator,
    counts.denominator,
    counts.value,
    counts.value_as_published
from {{ ref('int_figures__counts') }} as counts
inner join {{ ref('int_figures__periods') }} as periods on counts.period_id = periods.period_id
left join labels on counts.breakdown = labels.breakdown and counts.breakdown_value = labels.breakdown_value
where counts.breakdown <> 'IRO'
