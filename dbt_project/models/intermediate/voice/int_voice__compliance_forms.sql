-- compliance forms: a family's answers, filed under its youngest child, who is no more than an age here
select
    forms._record_key as form_id,
    forms.meeting_id,
    forms.conference_type,
    forms.conference_date,
    forms.completed_by_professional_id,
    forms.completed_date,
    completed_day.working_day_number - conference_day.working_day_number as working_days_to_complete,
    forms.children_in_family,
    {{ unborn_on('forms.conference_date', 'children.date_of_birth', 'children.expected_date_of_birth') }}
        as youngest_child_is_unborn,
    {{ age_on('forms.conference_date', 'children.date_of_birth') }} as youngest_child_age,
    forms.voice_heard,
    forms.child_invited,
    forms.child_attended,
    forms.attended_part,
    forms.reason_not_attended,
    forms.advocacy_discussed
from {{ ref('stg_cssu__compliance_forms') }} as forms
left join {{ ref('int_people__children') }} as children on forms.youngest_child_person_id = children.child_ref
left join {{ ref('int_calendar__days') }} as conference_day on forms.conference_date = conference_day.calendar_date
left join {{ ref('int_calendar__days') }} as completed_day on forms.completed_date = completed_day.calendar_date
