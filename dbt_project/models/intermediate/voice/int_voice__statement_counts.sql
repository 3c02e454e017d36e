-- statements sent in each period: by app, scenario, account and team
with statements as (
    select
        statements.statement_id,
        statements.child_ref,
        statements.submitted_date,
        statements.safety_flag,
        statements.sentiment,
        coalesce(statements.app, 'not recorded') as app,
        coalesce(statements.scenario, 'not recorded') as scenario,
        coalesce(statements.account_type, 'not recorded') as account_type,
        coalesce(answering.team_id, 'not recorded') as team_id
    from {{ ref('int_voice__statements') }} as statements
    left join {{ ref('int_people__allocation_spells') }} as answering
        on
            statements.child_ref = answering.child_ref
            and statements.submitted_date >= answering.from_day
            and statements.submitted_date < answering.to_day
    where statements.submitted_date <= {{ as_at() }}
)

select
    periods.period_kind,
    periods.period_start,
    periods.period_end,
    periods.are_statements_told,
    statements.app,
    statements.scenario,
    statements.account_type,
    case when grouping(statements.team_id) = 1 then 'all' else statements.team_id end as team_id,
    count(*)::integer as statements,
    (count(*) - count(statements.child_ref))::integer as statements_not_matched,
    count(*) filter (where statements.safety_flag = 'Y')::integer as safety_flags,
    count(*) filter (where statements.sentiment = 'POSITIVE')::integer as positive,
    count(*) filter (where statements.sentiment = 'MIXED')::integer as mixed,
    count(*) filter (where statements.sentiment = 'CONCERN')::integer as concern
from statements
inner join {{ ref('int_voice__periods') }} as periods
    on statements.submitted_date >= periods.period_start and statements.submitted_date <= periods.period_end
group by
    periods.period_kind,
    periods.period_start,
    periods.period_end,
    periods.are_statements_told,
    statements.app,
    statements.scenario,
    statements.account_type,
    cube (statements.team_id)
