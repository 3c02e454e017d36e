-- when each review was due by each clock that ran: the day of the event is day 0; each due date runs from the review
-- actually held before; a clock that stops on or before its due date asks for nothing, and one that starts again for
-- nothing before that day
with spells as (
    select
        spells.sequence_id,
        spells.care_period_id,
        spells.child_ref,
        spells.clock,
        spells.is_ruling,
        case when spells.is_ruling then 'ruling' else spells.clock end as kind,
        spells.counts_from,
        spells.counts_until,
        spells.from_day,
        spells.to_day,
        coalesce(spells.began_before_known, false) as began_before_known
    from {{ ref('int_reviews__clock_spells') }} as spells
),

sequences as (
    select
        spells.sequence_id,
        spells.care_period_id,
        spells.child_ref,
        spells.kind,
        min(spells.counts_from) as counts_from,
        max(spells.counts_until) as counts_until
    from spells
    group by spells.sequence_id, spells.care_period_id, spells.child_ref, spells.kind
),

happened as (
    -- a child in care review answers the ruling clock, and regulation 36 beside it
    select
        sequences.sequence_id,
        held.held_date,
        held.review_key,
        null::text as special_review_id
    from {{ ref('int_reviews__held') }} as held
    inner join sequences on held.care_period_id = sequences.care_period_id
    where
        sequences.kind in ('ruling', 'adoption authorised')
        and held.held_date >= sequences.counts_from
        and held.held_date < sequences.counts_until
    union all
    -- an adoption review of its own answers regulation 36; a secure accommodation review its own clock, unless the
    -- child's own IRO chaired it
    select
        sequences.sequence_id,
        special.held_date,
        held.review_key,
        special.special_review_id
    from {{ ref('int_reviews__special_held') }} as special
    inner join sequences
        on
            special.care_period_id = sequences.care_period_id
            and sequences.kind
            = case when special.review_type = 'ADOPTION' then 'adoption authorised' else 'secure accommodation' end
    left join {{ ref('int_reviews__held') }} as held on special.series_id = held.review_detail_id
    where
        special.held_date >= sequences.counts_from
        and special.held_date < sequences.counts_until
        and case
            when special.review_type = 'ADOPTION' then special.series_id is null
            else not special.is_chaired_by_own_iro
        end
),

of_days as (
    select distinct on (happened.sequence_id, happened.held_date) happened.*
    from happened
    order by
        happened.sequence_id, happened.held_date, happened.review_key nulls last, happened.special_review_id
),

numbered as (
    select
        of_days.*,
        row_number() over (partition by of_days.sequence_id order by of_days.held_date) as review_number
    from of_days
),

expected as (
    -- each review held, and the next one of every sequence
    select
        numbered.sequence_id,
        numbered.review_number,
        numbered.held_date,
        numbered.review_key,
        numbered.special_review_id
    from numbered
    union all
    select
        sequences.sequence_id,
        coalesce(max(numbered.review_number), 0) + 1,
        null::date,
        null::text,
        null::text
    from sequences
    left join numbered on sequences.sequence_id = numbered.sequence_id
    group by sequences.sequence_id
),

in_turn as (
    select
        expected.*,
        lag(expected.held_date) over (partition by expected.sequence_id order by expected.review_number) as held_before
    from expected
),

before_placing as (
    select
        spells.sequence_id,
        spells.counts_from,
        count(*) as reviews
    from spells
    inner join numbered on spells.sequence_id = numbered.sequence_id and spells.counts_from > numbered.held_date
    where spells.clock = 'adoption placed'
    group by spells.sequence_id, spells.counts_from
),

asked_for as (
    -- the clocks that ran between the review before and this one; and how many reviews each had then had
    select
        in_turn.sequence_id,
        in_turn.review_number,
        in_turn.held_date,
        in_turn.held_before,
        in_turn.review_key,
        in_turn.special_review_id,
        spells.care_period_id,
        spells.child_ref,
        spells.clock,
        spells.is_ruling,
        spells.counts_from,
        spells.from_day,
        spells.to_day,
        spells.began_before_known,
        greatest(in_turn.review_number - 1 - coalesce(before_placing.reviews, 0), 0) as reviews_before
    from in_turn
    inner join spells
        on
            in_turn.sequence_id = spells.sequence_id
            and spells.to_day > coalesce(in_turn.held_before, date '1900-01-01')
            and spells.from_day <= coalesce(in_turn.held_date, date '2100-01-01')
    left join before_placing
        on
            spells.clock = 'adoption placed'
            and spells.sequence_id = before_placing.sequence_id
            and spells.counts_from = before_placing.counts_from
),

counted as (
    select
        asked_for.*,
        case
            when asked_for.reviews_before > 0 then asked_for.held_before
            when not asked_for.began_before_known or asked_for.held_date is null then asked_for.counts_from
        end as runs_from,
        case
            -- the first review that can be known may not be the first that was held: it is not judged
            when asked_for.began_before_known and asked_for.reviews_before = 0 and asked_for.held_date is not null
                then null
            when asked_for.clock = 'regulation 33' and asked_for.reviews_before = 0 then first_due.calendar_date
            when
                asked_for.clock = 'regulation 33'
                and asked_for.reviews_before = 1
                and not asked_for.began_before_known
                then {{ months_after('asked_for.held_before', threshold('second_review_months')) }}
            when asked_for.clock = 'regulation 33'
                then {{ months_after('asked_for.held_before', threshold('later_review_months')) }}
            when asked_for.clock = 'regulation 48' and asked_for.reviews_before = 0
                then {{ months_after('asked_for.counts_from', threshold('short_break_first_review_months')) }}
            when asked_for.clock = 'regulation 48'
                then {{ months_after('asked_for.held_before', threshold('short_break_later_review_months')) }}
            when asked_for.clock = 'adoption placed' and asked_for.reviews_before = 0
                then asked_for.counts_from + {{ threshold('adoption_placed_first_review_days') }}
            when
                asked_for.clock = 'adoption placed'
                and asked_for.reviews_before = 1
                and not asked_for.began_before_known
                then {{ months_after('asked_for.held_before', threshold('adoption_placed_second_review_months')) }}
            when asked_for.clock = 'adoption placed'
                then {{ months_after('asked_for.held_before', threshold('adoption_placed_later_review_months')) }}
            when asked_for.clock = 'adoption authorised' and asked_for.reviews_before = 0
                then {{ months_after('asked_for.counts_from', threshold('adoption_authorised_first_review_months')) }}
            when asked_for.clock = 'adoption authorised'
                then {{ months_after('asked_for.held_before', threshold('adoption_authorised_later_review_months')) }}
            when asked_for.clock = 'secure accommodation' and asked_for.reviews_before = 0
                then {{ months_after('asked_for.counts_from', threshold('secure_first_review_months')) }}
            when asked_for.clock = 'secure accommodation'
                then {{ months_after('asked_for.held_before', threshold('secure_later_review_months')) }}
        end as counted_date
    from asked_for
    left join {{ ref('int_calendar__days') }} as start_day on asked_for.counts_from = start_day.calendar_date
    left join {{ ref('int_calendar__days') }} as first_due
        on
            start_day.working_day_number + {{ threshold('first_review_working_days') }}
            = first_due.working_day_number
            and first_due.is_working_day
),

due as (
    select
        counted.*,
        case when counted.from_day > counted.counted_date then counted.from_day else counted.counted_date end
            as due_date
    from counted
),

asked as (
    select
        due.*,
        -- the clock was in force when the review was held, or had run out before it stopped
        coalesce(due.due_date is null or due.due_date < due.to_day or due.held_date < due.to_day, false) as has_asked
    from due
),

first_of_clock as (
    select distinct on (asked.sequence_id, asked.review_number, asked.clock)
        asked.*,
        false as has_given_way
    from asked
    where asked.has_asked
    order by asked.sequence_id, asked.review_number, asked.clock, asked.from_day
),

every_clock as (
    select * from first_of_clock
    union all
    -- another clock began to rule before the review was due: a position of an earlier day stands on the one before
    select
        asked.*,
        true
    from asked
    where asked.is_ruling and not asked.has_asked
)

select
    every_clock.sequence_id || '|' || every_clock.review_number || '|' || every_clock.clock
    || case when every_clock.has_given_way then '|' || every_clock.from_day else '' end as review_clock_key,
    every_clock.sequence_id,
    every_clock.review_number::integer as review_number,
    every_clock.clock,
    every_clock.care_period_id,
    every_clock.child_ref,
    every_clock.is_ruling,
    every_clock.began_before_known,
    -- of the clocks that rule in turn, the first that the review was due by decides
    every_clock.is_ruling
    and not every_clock.has_given_way
    and every_clock.from_day
    = min(every_clock.from_day) filter (where not every_clock.has_given_way) over (
        partition by every_clock.sequence_id, every_clock.review_number
    ) as decides,
    every_clock.has_given_way,
    every_clock.from_day as clock_from,
    every_clock.to_day as clock_until,
    every_clock.review_key,
    every_clock.special_review_id,
    every_clock.runs_from,
    every_clock.due_date,
    every_clock.held_date,
    every_clock.held_date <= every_clock.due_date as in_time,
    held_day.working_day_number - due_day.working_day_number as working_days_late,
    -- a child who left, or came of age, before the due date was not late: the tracker of an earlier day asks for it all
    -- the same
    every_clock.held_date is null
    and (
        coalesce(periods.known_until <= every_clock.due_date, periods.known_until is not null)
        or coalesce({{ age_on('every_clock.due_date', 'children.date_of_birth') }} >= 18, false)
    ) as left_before_due
from every_clock
inner join {{ ref('int_care__whole_periods') }} as periods on every_clock.care_period_id = periods.care_period_id
left join {{ ref('int_people__children') }} as children on every_clock.child_ref = children.child_ref
left join {{ ref('int_calendar__days') }} as held_day on every_clock.held_date = held_day.calendar_date
left join {{ ref('int_calendar__days') }} as due_day on every_clock.due_date = due_day.calendar_date
