-- no id of a child, nor of the meeting: that would lead to the children of the meeting
select
    forms.form_id,
    forms.conference_type,
    forms.conference_date,
    forms.completed_by_professional_id,
    forms.completed_date,
    forms.working_days_to_complete,
    forms.children_in_family,
    forms.youngest_child_age,
    forms.youngest_child_is_unborn,
    forms.voice_heard,
    forms.child_invited,
    forms.child_attended,
    forms.attended_part,
    forms.reason_not_attended,
    forms.advocacy_discussed,
    'cssu' as source
from {{ ref('int_voice__compliance_forms') }} as forms
