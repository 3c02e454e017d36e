-- episodes of going missing, each with the period of care in which it began
with said as (
    select
        'ssd' as source,
        missing._record_key as missing_id,
        missing.miss_person_id as child_ref,
        missing.miss_missing_episode_start_date as started_on,
        missing.miss_missing_episode_end_date as ended_on,
        missing.miss_missing_episode_type as missing_type,
        missing.miss_missing_rhi_offered as interview_offered,
        missing.miss_missing_rhi_accepted as interview_accepted
    from {{ ref('stg_ssd__missing') }} as missing
    where missing.miss_person_id is not null and missing.miss_missing_episode_start_date is not null
    union all
    select
        'ssda903',
        missing.child || '|' || missing.mis_start,
        missing.child,
        missing.mis_start,
        missing.mis_end,
        missing.missing,
        null::text,
        null::text
    from {{ ref('stg_ssda903__missing') }} as missing
    where missing.child is not null and missing.mis_start is not null
),

episodes as (
    select said.*
    from said
    {{ who_speaks('care', 'said.started_on') }}
)

select distinct on (episodes.missing_id)
    episodes.source,
    episodes.missing_id,
    episodes.child_ref,
    periods.care_period_id,
    episodes.started_on,
    episodes.ended_on,
    episodes.missing_type,
    episodes.interview_offered,
    episodes.interview_accepted
from episodes
left join {{ ref('int_care__whole_periods') }} as periods
    on
        episodes.child_ref = periods.child_ref
        and episodes.started_on >= periods.started_on
        and (periods.known_until is null or episodes.started_on < periods.known_until)
order by episodes.missing_id, periods.started_on desc nulls last, periods.care_period_id
