-- section 47 enquiries as the source that speaks for their first day has them
with said as (
    select
        'ssd' as source,
        enquiries._record_key as section_47_enquiry_id,
        enquiries.s47e_person_id as child_ref,
        enquiries.s47e_s47_start_date as started_on,
        enquiries.s47e_s47_nfa as no_further_action
    from {{ ref('stg_ssd__s47_enquiry') }} as enquiries
    where enquiries.s47e_person_id is not null and enquiries.s47e_s47_start_date is not null
    union all
    select
        'cin_census',
        'cin_census|' || enquiries.la_child_id || '|' || enquiries.s47_actual_start_date,
        enquiries.la_child_id,
        enquiries.s47_actual_start_date,
        enquiries.icpc_not_required
    from {{ ref('stg_cin_census__section_47') }} as enquiries
    where enquiries.la_child_id is not null and enquiries.s47_actual_start_date is not null
    union all
    select
        'annex_a',
        'annex_a|' || enquiries.child_unique_id || '|' || enquiries.strategy_discussion_date,
        enquiries.child_unique_id,
        enquiries.strategy_discussion_date,
        nullif(enquiries.conference_unnecessary, 'U')
    from {{ ref('stg_annex_a__section_47') }} as enquiries
    where enquiries.child_unique_id is not null and enquiries.strategy_discussion_date is not null
)

select
    said.source,
    said.section_47_enquiry_id,
    said.child_ref,
    said.started_on,
    said.no_further_action
from said
{{ who_speaks('protection', 'said.started_on') }}
