-- children in care, and how many of them sent a statement while in care: of the month those in care on its last day, of
-- the year to date all who were in care on any day of it. A child is the team's of the last day in care in the period
with in_care as (
    select
        periods.period_kind,
        periods.period_start,
        periods.period_end,
        periods.are_statements_told,
        care_days.child_ref,
        care_days.care_basis,
        care_days.days * datemultirange(daterange(periods.period_start, periods.period_end, '[]')) as days
    from {{ ref('int_voice__periods') }} as periods
    inner join {{ ref('int_voice__care_days') }} as care_days
        on case periods.period_kind
            when 'month' then care_days.days @> periods.period_end
            else care_days.days && daterange(periods.period_start, periods.period_end, '[]')
        end
),

sent as (
    select distinct
        in_care.period_kind,
        in_care.period_end,
        in_care.child_ref,
        in_care.care_basis
    from in_care
    inner join {{ ref('int_voice__statements') }} as statements
        on in_care.child_ref = statements.child_ref and in_care.days @> statements.submitted_date
),

children as (
    select
        in_care.*,
        sent.child_ref is not null as has_sent,
        coalesce(answering.team_id, 'not recorded') as team_id
    from in_care
    left join sent
        on
            in_care.period_kind = sent.period_kind
            and in_care.period_end = sent.period_end
            and in_care.child_ref = sent.child_ref
            and in_care.care_basis = sent.care_basis
    left join {{ ref('int_people__allocation_spells') }} as answering
        on
            in_care.child_ref = answering.child_ref
            and upper(in_care.days) - 1 >= answering.from_day
            and upper(in_care.days) - 1 < answering.to_day
)

select
    children.period_kind,
    children.period_start,
    children.period_end,
    children.are_statements_told,
    children.care_basis,
    case when grouping(children.team_id) = 1 then 'all' else children.team_id end as team_id,
    count(*)::integer as children_in_care,
    count(*) filter (where children.has_sent)::integer as children_with_statement
from children
group by
    children.period_kind,
    children.period_start,
    children.period_end,
    children.are_statements_told,
    children.care_basis,
    cube (children.team_id)
