-- what a part of a figure is called
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
    'kind of meeting': 'meeting_type',
    'asked by': 'asked_by',
} %}
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
from {{ ref('int_people__professionals') }} as professionals
