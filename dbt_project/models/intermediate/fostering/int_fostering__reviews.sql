-- foster carer reviews, held or not, with the day each was due: a year after approval, then a year after the last
-- review meeting, whatever called it. The register's own due date never decides.
{%- set papers = {
    'carer_views_date': 'carer_views',
    'child_views_date': 'child_views',
    'placing_worker_views_date': 'placing_worker_views',
    'supervising_report_date': 'supervising_report',
} %}
with register as (
    select
        reviews._record_key as review_id,
        reviews.household_id,
        reviews.due_date as source_due_date,
        reviews.review_type,
        reviews.meeting_format,
        reviews.review_date,
        reviews.chair_professional_id,
        reviews.panel_date,
        reviews.carer_views_date,
        reviews.child_views_date,
        reviews.placing_worker_views_date,
        reviews.supervising_report_date,
        reviews.written_up_date,
        reviews.outcome,
        reviews.lado_issue
    from {{ ref('stg_cssu__foster_carer_reviews') }} as reviews
),

meetings as (
    -- a meeting before the approval belongs to an approval before it
    select
        register.review_id,
        register.household_id,
        register.review_date,
        -- two on one day were both due by the meeting before that day
        max(register.review_date) over (
            partition by register.household_id
            order by register.review_date
            range between unbounded preceding and interval '1 day' preceding
        ) as meeting_before
    from register
    inner join {{ ref('int_fostering__households') }} as households
        on register.household_id = households.household_id and register.review_date >= households.approved_date
),

last_meetings as (
    select
        meetings.household_id,
        max(meetings.review_date) as review_date
    from meetings
    group by meetings.household_id
),

not_held as (
    select
        register.review_id,
        register.household_id,
        last_meetings.review_date as last_meeting,
        -- a later meeting was held: this one will not be any more
        coalesce(register.source_due_date <= last_meetings.review_date, false) as is_overtaken,
        row_number() over (
            partition by
                register.household_id, coalesce(register.source_due_date <= last_meetings.review_date, false)
            order by register.source_due_date, register.review_id
        ) as place
    from register
    left join last_meetings on register.household_id = last_meetings.household_id
    where register.review_date is null
),

reviews as (
    select
        register.review_id,
        register.household_id,
        meetings.meeting_before as last_meeting,
        meetings.review_id is not null as has_clock,
        false as is_overtaken
    from register
    left join meetings on register.review_id = meetings.review_id
    where register.review_date is not null
    union all
    -- of several that are planned, only the next one's clock can run
    select
        not_held.review_id,
        not_held.household_id,
        not_held.last_meeting,
        not not_held.is_overtaken and not_held.place = 1,
        not_held.is_overtaken
    from not_held
    union all
    -- a review that nobody has entered is due all the same
    select
        'due|' || households.household_id,
        households.household_id,
        last_meetings.review_date,
        true,
        false
    from {{ ref('int_fostering__households') }} as households
    left join last_meetings on households.household_id = last_meetings.household_id
    left join not_held on households.household_id = not_held.household_id and not not_held.is_overtaken
    where households.is_reviewed_yearly and not_held.review_id is null
),

described as (
    select
        reviews.review_id,
        reviews.household_id,
        reviews.last_meeting,
        reviews.is_overtaken,
        register.review_id is null as is_derived,
        households.approved_date,
        households.approval_type,
        households.own_or_agency,
        households.ended_date as household_ended_date,
        register.source_due_date,
        register.review_type,
        register.meeting_format,
        register.review_date,
        register.chair_professional_id,
        register.panel_date,
        register.written_up_date,
        register.outcome,
        register.lado_issue,
        {% for date, paper in papers.items() -%}
            case
                when register.review_date is null then null
                when register.{{ date }} is null then 'not recorded'
                when register.{{ date }} <= register.review_date - {{ threshold('foster_carer_review_papers_days') }}
                    then 'in time'
                else 'late'
            end as {{ paper }},
        {% endfor -%}
        case when reviews.has_clock and households.is_reviewed_yearly then households.approved_date end as clock_began,
        {{ months_after('households.approved_date', threshold('foster_carer_review_months')) }} as first_year_until
    from reviews
    left join register on reviews.review_id = register.review_id
    left join {{ ref('int_fostering__households') }} as households
        on reviews.household_id = households.household_id
),

-- what was held before the first meeting of the register is not on it
register_began as (
    select min(register.review_date) as on_date
    from register
),

runs_from as (
    select
        described.*,
        case
            when described.clock_began is null then null
            when described.last_meeting is not null then described.last_meeting
            when described.first_year_until >= coalesce(register_began.on_date, described.approved_date)
                then described.approved_date
            -- its last meeting may have been on any day before the register began: the next is due within a year of
            -- that day at the latest, and one held by then can't be judged
            when
                described.review_date
                <= {{ months_after('register_began.on_date', threshold('foster_carer_review_months')) }}
                then null
            else register_began.on_date
        end as runs_from_date
    from described
    cross join register_began
),

due as (
    select
        runs_from.*,
        {{ months_after('runs_from.runs_from_date', threshold('foster_carer_review_months')) }} as due_date
    from runs_from
),

dedicated as (
    select distinct register.review_id
    from register
    inner join {{ ref('stg_cssu__iro_posts') }} as posts
        on
            register.chair_professional_id = posts.professional_id
            and posts.role = 'FOSTER_CARER_REVIEW'
            and register.review_date >= posts.from_date
            and (posts.to_date is null or register.review_date <= posts.to_date)
),

posts as (
    select count(*) > 0 as are_carried
    from {{ ref('stg_cssu__iro_posts') }}
)

select
    due.review_id,
    due.household_id,
    due.approval_type,
    due.own_or_agency,
    due.household_ended_date,
    case
        when due.review_date is not null then 'held'
        when due.is_overtaken or due.household_ended_date <= coalesce(due.due_date, due.source_due_date) then 'lapsed'
        when due.is_derived then 'due'
        else 'planned'
    end as status,
    due.review_type,
    case
        when due.last_meeting is not null and due.runs_from_date is not null then false
        when due.runs_from_date = due.approved_date then true
    end as is_first_review,
    due.runs_from_date,
    due.due_date,
    due.source_due_date,
    due.review_date,
    due.review_date <= due.due_date as in_time,
    held_day.working_day_number - due_day.working_day_number as working_days_late,
    due.meeting_format,
    due.chair_professional_id,
    case
        when due.chair_professional_id is not null and due.review_date is not null and posts.are_carried
            then dedicated.review_id is not null
    end as chaired_by_dedicated_reviewer,
    due.panel_date,
    {% for paper in papers.values() -%}
        due.{{ paper }},
    {% endfor -%}
    written_up_due.calendar_date as written_up_due_date,
    due.written_up_date,
    due.written_up_date <= written_up_due.calendar_date as written_up_in_time,
    due.outcome,
    due.lado_issue
from due
cross join posts
left join dedicated on due.review_id = dedicated.review_id
left join {{ ref('int_calendar__days') }} as held_day on due.review_date = held_day.calendar_date
left join {{ ref('int_calendar__days') }} as due_day on due.due_date = due_day.calendar_date
left join {{ ref('int_calendar__days') }} as written_up_due
    on
        held_day.working_day_number + {{ threshold('foster_carer_review_write_up_working_days') }}
        = written_up_due.working_day_number
        and written_up_due.is_working_day
-- a household that ended by the due date was not late, and nobody had entered a review of it
where not (due.is_derived and coalesce(due.household_ended_date <= due.due_date, false))
