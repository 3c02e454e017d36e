-- statements of Mind of My Own, without any words of them: the feelings and topics chosen are lists that the app's
-- makers fill as they please, and stay out with the text. Times are told in London: how long something took is counted
-- across the change of the clocks.
with statements as (
    select
        statements.*,
        statements.submitted_at at time zone 'Europe/London' as submitted_moment,
        statements.read_at at time zone 'Europe/London' as read_moment,
        statements.saved_to_record_at at time zone 'Europe/London' as saved_moment
    from {{ ref('stg_momo__statements') }} as statements
),

timed as (
    -- what was read or saved before it was sent says nothing of how long it took
    select
        statements.*,
        case
            when statements.read_moment >= statements.submitted_moment
                then extract(epoch from statements.read_moment - statements.submitted_moment) / 3600
        end as hours_to_read,
        case
            when statements.saved_moment >= statements.submitted_moment
                then extract(epoch from statements.saved_moment - statements.submitted_moment) / 3600
        end as hours_to_saved
    from statements
)

select
    timed._record_key as statement_id,
    timed.person_id as child_ref,
    timed.submitted_at,
    timed.submitted_at::date as submitted_date,
    timed.app,
    timed.scenario,
    timed.account_type,
    timed.worker_professional_id,
    timed.recipient_professional_id,
    timed.recipient_role,
    timed.read_at,
    timed.saved_to_record_at,
    round(timed.hours_to_read, 1)::numeric(8, 1) as hours_to_read,
    round(timed.hours_to_saved, 1)::numeric(8, 1) as hours_to_saved,
    -- a local standard, off while it is 0
    case
        when {{ threshold('statement_handling_hours') }} > 0
            then timed.hours_to_saved <= {{ threshold('statement_handling_hours') }}
    end as handled_in_local_standard,
    timed.safety_flag,
    timed.sentiment
from timed
