select
    participation.participation_key as conference_participation_key,
    participation.child_ref,
    participation.cp_conference_key,
    participation.meeting_id,
    participation.kind,
    participation.held_date,
    participation.invited,
    participation.attended,
    participation.views_how,
    participation.reason_not_attended,
    participation.participation,
    participation.took_part,
    participation.was_unborn,
    participation.age_years,
    answering.iro_id,
    answering.social_worker_id,
    answering.team_id,
    participation.source
from {{ ref('int_protection__participation') }} as participation
left join {{ ref('int_people__allocation_spells') }} as answering
    on
        participation.child_ref = answering.child_ref
        and participation.held_date >= answering.from_day
        and participation.held_date < answering.to_day
