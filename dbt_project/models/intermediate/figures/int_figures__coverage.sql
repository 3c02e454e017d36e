-- on which days each population can be counted whole. Of a register, or an extract without a window, nobody says when
-- it began: a spell that ended or an event that happened shows that it tells of that day and of those after it. What is
-- open on the day of the newest batch is always told.
with delivered as (
    select
        batches.source,
        min(batches.batch_date) as first_day,
        max(batches.batch_date) + 1 as until_day
    from {{ ref('int_run__batches') }} as batches
    group by batches.source
),

windows as (
    select
        max(shown_from.from_day) filter (
            where shown_from.table_name in ('legal_status', 'cla_placement', 'cla_reviews')
        ) as care_from,
        max(shown_from.from_day) filter (where shown_from.table_name = 'cp_reviews') as conferences_from
    from {{ ref('int_run__shown_from') }} as shown_from
),

first_left as (
    select min(periods.ended_on) as from_day
    from {{ ref('int_care__periods') }} as periods
    where periods.source = 'ssd'
),

care as (
    -- a return tells of the days it speaks for; an extract not of those before its window
    select range_agg(daterange(spoken.from_day, spoken.to_day)) as known_days
    from (
        select
            case
                when coverage.source = 'ssd'
                    then greatest(coverage.from_day, windows.care_from, first_left.from_day)
                when coverage.source = 'annex_a' then delivered.first_day
                else coverage.from_day
            end as from_day,
            case
                when coverage.source <> 'ssda903' then least(coverage.to_day, delivered.until_day)
                else coverage.to_day
            end as to_day
        from {{ ref('int_run__care_coverage') }} as coverage
        cross join windows
        cross join first_left
        left join delivered on coverage.source = delivered.source
    ) as spoken
    where spoken.from_day < spoken.to_day
),

protection as (
    -- who tells of plans and conferences today
    select speaking.source
    from {{ ref('int_run__speaking') }} as speaking
    where speaking.concept = 'protection'
    order by speaking.to_day desc
    limit 1
),

first_records as (
    select
        protection.source,
        'children on plans' as population,
        min(plans.ended_on) as from_day,
        true as is_stock
    from protection
    cross join {{ ref('int_protection__plans') }} as plans
    group by protection.source
    union all
    select
        protection.source,
        'plans started',
        min(plans.ended_on),
        false
    from protection
    cross join {{ ref('int_protection__plans') }} as plans
    group by protection.source
    union all
    select
        protection.source,
        'plans ended',
        min(plans.ended_on),
        false
    from protection
    cross join {{ ref('int_protection__plans') }} as plans
    group by protection.source
    union all
    select
        protection.source,
        'conferences',
        greatest(min(conferences.held_date), max(windows.conferences_from)),
        false
    from protection
    cross join {{ ref('int_protection__conferences') }} as conferences
    cross join windows
    group by protection.source
    union all
    select
        'cssu',
        'children at conferences',
        min(participation.held_date),
        false
    from {{ ref('int_protection__participation') }} as participation
    where participation.source = 'cssu'
    union all
    select
        'cssu',
        'compliance forms',
        min(forms.conference_date),
        false
    from {{ ref('int_voice__compliance_forms') }} as forms
    union all
    select
        'cssu',
        'escalations',
        min(cases.raised_date),
        false
    from {{ ref('int_escalation__cases') }} as cases
    union all
    select
        'cssu',
        'escalation stages',
        min(stages.response_due_date),
        false
    from {{ ref('int_escalation__stages') }} as stages
    union all
    select
        'cssu',
        'escalation processes',
        min(cases.process_due_date),
        false
    from {{ ref('int_escalation__cases') }} as cases
    union all
    select
        'cssu',
        'meeting changes',
        min(changes.changed_on),
        false
    from {{ ref('int_oversight__meeting_changes') }} as changes
    union all
    select
        'cssu',
        'foster households',
        min(reviews.review_date),
        true
    from {{ ref('int_fostering__reviews') }} as reviews
    union all
    select
        'cssu',
        'foster carer reviews',
        min(reviews.review_date),
        false
    from {{ ref('int_fostering__reviews') }} as reviews
    union all
    select
        'cssu',
        'advocacy referrals',
        min(referrals.referral_date),
        false
    from {{ ref('int_voice__advocacy_referrals') }} as referrals
    union all
    select
        'cssu',
        'independent visitors',
        min(visitors.ended_date),
        true
    from {{ ref('int_voice__independent_visitors') }} as visitors
    union all
    select
        'cssu',
        'private fostering',
        min(arrangements.ended_date),
        false
    from {{ ref('int_fostering__private_arrangements') }} as arrangements
    union all
    select
        'cssu',
        'IRO posts',
        min(posts.ended_on),
        true
    from {{ ref('int_people__iro_posts') }} as posts
)

select
    populations.population,
    care.known_days
from care
cross join (
    values
    ('children in care'),
    ('reviews overdue'),
    ('children without a plan'),
    ('care starters'),
    ('care leavers'),
    ('reviews held'),
    ('children reviewed')
) as populations (population)
where care.known_days is not null
union all
select
    first_records.population,
    datemultirange(
        daterange(
            case
                when first_records.is_stock then least(first_records.from_day, delivered.until_day - 1)
                else first_records.from_day
            end,
            delivered.until_day
        )
    ) as known_days
from first_records
inner join delivered on first_records.source = delivered.source
where first_records.is_stock or first_records.from_day < delivered.until_day
