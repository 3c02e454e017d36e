select
    counts.period_kind,
    counts.period_start,
    counts.period_end,
    counts.conference_type,
    coalesce(types.label, counts.conference_type) as conference_type_label,
    counts.question,
    counts.answer,
    coalesce(answers.label, counts.answer) as answer_label,
    counts.forms,
    counts.forms_of_question,
    round(100.0 * counts.forms / counts.forms_of_question, 1)::numeric(4, 1) as percent_of_forms
from {{ ref('int_voice__compliance_answers') }} as counts
left join {{ ref('code') }} as types on counts.conference_type = types.code and types.list = 'conference_type'
left join {{ ref('code') }} as answers
    on counts.answer = answers.code and answers.list in ('yes_no', 'reason_not_attended')
