-- what the families' compliance forms of each period answer, question by question. The forms name no child and no team
with answers as (
    select
        forms.form_id,
        coalesce(forms.conference_type, 'not recorded') as conference_type,
        forms.conference_date,
        answers.question,
        coalesce(answers.answer, 'not recorded') as answer
    from {{ ref('int_voice__compliance_forms') }} as forms
    cross join
        lateral (
            values
            ('voice heard', forms.voice_heard),
            ('child invited', forms.child_invited),
            ('child attended', forms.child_attended),
            ('attended a part', forms.attended_part),
            ('reason not attended', forms.reason_not_attended),
            ('advocacy discussed', forms.advocacy_discussed)
        ) as answers (question, answer)
    where
        forms.conference_date <= {{ as_at() }}
        -- asked only of a child who attended, and of one who did not
        and (answers.question <> 'attended a part' or forms.child_attended = 'Y')
        and (answers.question <> 'reason not attended' or forms.child_attended = 'N')
),

counted as (
    select
        periods.period_kind,
        periods.period_start,
        periods.period_end,
        case when grouping(answers.conference_type) = 1 then 'all' else answers.conference_type end
            as conference_type,
        answers.question,
        answers.answer,
        count(*)::integer as forms
    from answers
    inner join {{ ref('int_voice__periods') }} as periods
        on answers.conference_date >= periods.period_start and answers.conference_date <= periods.period_end
    group by
        periods.period_kind,
        periods.period_start,
        periods.period_end,
        answers.question,
        answers.answer,
        cube (answers.conference_type)
)

select
    counted.*,
    (
        sum(counted.forms) over (
            partition by counted.period_kind, counted.period_end, counted.conference_type, counted.question
        )
    )::integer as forms_of_question
from counted
