-- compliance forms, by the day of the conference: a family's answers, which lead to no child
{%- set answers = {'voice_heard': 'voice_heard', 'child_invited': 'invited', 'child_attended': 'attended'} %}
select
    forms.form_id as member_key,
    forms.conference_date as member_date,
    forms.completed_by_professional_id as iro_id,
    forms.conference_type,
    {% for column, measure in answers.items() -%}
        coalesce(forms.{{ column }} = 'Y', false) as {{ measure }}_yes,
        coalesce(forms.{{ column }} = 'N', false) as {{ measure }}_no,
        coalesce(forms.{{ column }} = 'NA', false) as {{ measure }}_not_applicable,
        coalesce(forms.{{ column }} = 'Y', false) as {{ measure }}_share,
    {% endfor -%}
    true as compliance_forms
from {{ ref('int_voice__compliance_forms') }} as forms
where forms.conference_date is not null
