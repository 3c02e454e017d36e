-- foster households, and which clock each is on: the yearly one is for the council's own whose approval is not
-- temporary; a temporary approval (regulation 24) expires instead. What the register does not say counts as ours and as
-- lasting, so that nobody's review is lost for want of a code.
select
    households._record_key as household_id,
    households.approved_date,
    households.approval_type,
    households.own_or_agency,
    households.supervising_professional_id,
    households.ended_date,
    households.end_reason,
    coalesce(households.own_or_agency, 'OWN') = 'OWN'
    and coalesce(households.approval_type, 'GENERAL') <> 'TEMPORARY' as is_reviewed_yearly,
    case
        when households.approval_type = 'TEMPORARY'
            then coalesce(
                households.temporary_until,
                households.approved_date + 7 * {{ threshold('temporary_approval_weeks') }}
            )
    end as temporary_until,
    case
        when households.approval_type = 'TEMPORARY'
            then
                households.approved_date
                + 7
                * ({{ threshold('temporary_approval_weeks') }} + {{ threshold('temporary_approval_extension_weeks') }})
    end as temporary_at_most_until
from {{ ref('stg_cssu__foster_households') }} as households
