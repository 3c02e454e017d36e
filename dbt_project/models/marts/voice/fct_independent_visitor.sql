select
    visitors.match_id,
    visitors.child_ref,
    answering.iro_id,
    answering.social_worker_id,
    answering.team_id,
    visitors.referred_date,
    visitors.matched_date,
    visitors.days_waited,
    visitors.ended_date,
    visitors.end_reason,
    'cssu' as source
from {{ ref('int_voice__independent_visitors') }} as visitors
left join {{ ref('int_people__allocation_spells') }} as answering
    on
        visitors.child_ref = answering.child_ref
        and visitors.referred_date >= answering.from_day
        and visitors.referred_date < answering.to_day
