-- children with an independent visitor, or waiting for one, on the day the figures speak of, and for how long
select
    visitors.match_id,
    visitors.child_ref,
    case when visitors.matched_date <= {{ as_at() }} then 'matched' else 'waiting' end as status,
    visitors.referred_date,
    case when visitors.matched_date <= {{ as_at() }} then visitors.matched_date end as matched_date,
    case
        when visitors.matched_date <= {{ as_at() }} then visitors.days_waited
        else {{ as_at() }} - visitors.referred_date
    end as days_waited,
    case when visitors.matched_date <= {{ as_at() }} then {{ as_at() }} - visitors.matched_date end as days_matched,
    {{ age_on(as_at(), 'children.date_of_birth') }} as age_years,
    care_days.child_ref is not null as is_in_care,
    answering.iro_id,
    answering.social_worker_id,
    answering.team_id
from {{ ref('int_voice__independent_visitors') }} as visitors
left join {{ ref('int_people__children') }} as children on visitors.child_ref = children.child_ref
left join {{ ref('int_voice__care_days') }} as care_days
    on
        visitors.child_ref = care_days.child_ref
        and care_days.care_basis = 'full'
        and care_days.days @> {{ as_at() }}
left join {{ ref('int_people__allocation_spells') }} as answering
    on
        visitors.child_ref = answering.child_ref
        and {{ as_at() }} >= answering.from_day
        and {{ as_at() }} < answering.to_day
where
    visitors.referred_date <= {{ as_at() }}
    and (visitors.ended_date is null or visitors.ended_date > {{ as_at() }})
