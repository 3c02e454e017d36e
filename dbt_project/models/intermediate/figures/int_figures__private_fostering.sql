-- children in approved private fostering arrangements on any day of a period: a child each
with members as (
    select
        periods.period_id,
        arrangements.child_ref,
        max(least(periods.last_day, arrangements.ended_date - 1)) as last_day
    from {{ ref('int_fostering__private_arrangements') }} as arrangements
    inner join {{ ref('int_figures__periods') }} as periods
        on
            arrangements.approved_date <= periods.last_day
            and (arrangements.ended_date is null or arrangements.ended_date > periods.first_day)
    where periods.period_kind <> 'as at' and arrangements.child_ref is not null
    group by periods.period_id, arrangements.child_ref
)

select
    members.period_id,
    members.child_ref,
    {{ member_attributes('members.last_day') }},
    true as private_fostering
from members
{{ member_joins('members.last_day') }}
