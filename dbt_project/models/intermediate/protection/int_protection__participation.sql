-- how each child took part in a conference: as the register has it, else as the case system codes it on a review.
-- To have been there alone is to take part only where nothing says that no views were shared
with registered as (
    select
        participation._record_key as participation_key,
        participation.meeting_id,
        participation.person_id as child_ref,
        participation.invited,
        participation.attended,
        participation.views_how,
        participation.reason_not_attended,
        details.conference_type
    from {{ ref('stg_cssu__conference_participation') }} as participation
    left join {{ ref('stg_cssu__conference_details') }} as details on participation.meeting_id = details.meeting_id
    where participation.person_id is not null and participation.meeting_id is not null
),

matched as (
    -- a meeting may be a child's initial conference and another's review
    select distinct on (registered.participation_key)
        registered.participation_key,
        conferences.cp_conference_key
    from registered
    inner join {{ ref('int_protection__conferences') }} as conferences
        on registered.meeting_id = conferences.meeting_id and registered.child_ref = conferences.child_ref
    where conferences.held_date is not null
    order by
        registered.participation_key,
        conferences.kind
        = case registered.conference_type when 'ICPC' then 'initial' when 'RCPC' then 'review' end desc,
        conferences.cp_conference_key
),

coded as (
    select
        'review|' || reviews._record_key as cp_conference_key,
        reviews.cppr_cp_review_participation as participation
    from {{ ref('stg_ssd__cp_reviews') }} as reviews
    where reviews.cppr_cp_review_participation is not null
),

said as (
    select
        registered.participation_key,
        'cssu' as source,
        matched.cp_conference_key,
        registered.meeting_id,
        registered.child_ref,
        case registered.conference_type when 'ICPC' then 'initial' when 'RCPC' then 'review' end as registered_kind,
        registered.invited,
        registered.attended,
        registered.views_how,
        registered.reason_not_attended,
        coded.participation
    from registered
    left join matched on registered.participation_key = matched.participation_key
    left join coded on matched.cp_conference_key = coded.cp_conference_key
    union all
    select
        conferences.cp_conference_key as participation_key,
        'ssd',
        conferences.cp_conference_key,
        conferences.meeting_id,
        conferences.child_ref,
        null::text,
        null::text,
        null::text,
        null::text,
        null::text,
        coded.participation
    from coded
    inner join {{ ref('int_protection__conferences') }} as conferences
        on coded.cp_conference_key = conferences.cp_conference_key
    left join matched on coded.cp_conference_key = matched.cp_conference_key
    where matched.cp_conference_key is null
)

select
    said.participation_key,
    said.source,
    said.cp_conference_key,
    said.meeting_id,
    said.child_ref,
    coalesce(conferences.kind, said.registered_kind) as kind,
    conferences.held_date,
    said.invited,
    said.attended,
    said.views_how,
    said.reason_not_attended,
    said.participation,
    case
        when said.views_how = 'NOT_SHARED' then false
        when said.views_how is not null then true
        when said.attended in ('ALL', 'PART') then true
        when said.attended is not null then null
        when said.participation in ('PN1', 'PN2', 'PN3', 'PN5', 'PN6') then true
        when said.participation in ('PN4', 'PN7') then false
    end as took_part,
    conferences.was_unborn,
    conferences.age_years
from said
left join {{ ref('int_protection__conferences') }} as conferences
    on said.cp_conference_key = conferences.cp_conference_key
