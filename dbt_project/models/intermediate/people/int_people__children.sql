-- every child any source names: a child without a record of the person is a child all the same
{%- set naming = [
    ('stg_ssd__person', 'pers_person_id'),
    ('stg_ssda903__header', 'child'),
    ('stg_cin_census__children', 'la_child_id'),
    ('stg_cin_census__child_protection_plans', 'la_child_id'),
    ('stg_annex_a__children_in_care', 'child_unique_id'),
    ('stg_annex_a__child_protection_plans', 'child_unique_id'),
    ('stg_annex_a__section_47', 'child_unique_id'),
    ('int_care__periods', 'child_ref'),
    ('stg_ssd__s47_enquiry', 's47e_person_id'),
    ('stg_ssd__initial_cp_conference', 'icpc_person_id'),
    ('stg_ssd__cp_plans', 'cppl_person_id'),
    ('stg_ssd__cp_reviews', 'cppr_person_id'),
    ('stg_ssd__cp_visits', 'cppv_person_id'),
    ('stg_ssd__cla_placement', 'clap_person_id'),
    ('stg_ssd__cla_visits', 'clav_person_id'),
    ('stg_ssd__missing', 'miss_person_id'),
    ('stg_ssd__cla_care_plan', 'lacp_person_id'),
    ('stg_ssd__permanence', 'perm_person_id'),
    ('stg_ssd__involvements', 'invo_person_id'),
    ('stg_cssu__permanence_plan_decisions', 'person_id'),
    ('stg_cssu__permanence_actions', 'person_id'),
    ('stg_cssu__review_details', 'person_id'),
    ('stg_cssu__review_actions', 'person_id'),
    ('stg_cssu__conference_participation', 'person_id'),
    ('stg_cssu__iro_contacts', 'person_id'),
    ('stg_cssu__escalations', 'person_id'),
    ('stg_cssu__meeting_changes', 'person_id'),
    ('stg_cssu__special_review_children', 'person_id'),
    ('stg_cssu__private_fostering_arrangements', 'person_id'),
    ('stg_cssu__advocacy_referrals', 'person_id'),
    ('stg_cssu__independent_visitors', 'person_id'),
    ('stg_cssu__scrutiny', 'person_id'),
    ('stg_momo__statements', 'person_id'),
] %}
with named (child_ref) as (
    {% for model, column in naming %}
        select naming.{{ column }}
        from {{ ref(model) }} as naming
        where naming.{{ column }} is not null
        {% if not loop.last %}
            union
        {% endif %}
    {% endfor %}
),

adopted as (
    -- the old record of an adopted child is never shown beside a new one, whatever a crosswalk says
    select distinct periods.child_ref
    from {{ ref('int_care__periods') }} as periods
    where periods.end_reason in ('E11', 'E12', 'ADOPTED')
),

annexed as (
    -- Ofsted's workbook repeats the child in each list. A day of birth to come is the day on which birth is expected
    select distinct on (lists.child_ref) lists.*
    from (
        select
            children.child_unique_id as child_ref,
            children.date_of_birth,
            children.gender,
            children.ethnicity,
            children.latest_review_date as seen_on
        from {{ ref('stg_annex_a__children_in_care') }} as children
        union all
        select
            plans.child_unique_id,
            plans.date_of_birth,
            plans.gender,
            plans.ethnicity,
            plans.plan_start_date
        from {{ ref('stg_annex_a__child_protection_plans') }} as plans
        union all
        select
            enquiries.child_unique_id,
            enquiries.date_of_birth,
            enquiries.gender,
            enquiries.ethnicity,
            enquiries.strategy_discussion_date
        from {{ ref('stg_annex_a__section_47') }} as enquiries
    ) as lists
    order by lists.child_ref, lists.seen_on desc nulls last, lists.date_of_birth
)

select
    named.child_ref,
    coalesce(
        persons.pers_dob,
        headers.dob,
        census.person_birth_date,
        case when annexed.date_of_birth <= {{ known_on() }} then annexed.date_of_birth end
    ) as date_of_birth,
    coalesce(
        persons.pers_expected_dob,
        census.expected_person_birth_date,
        case when annexed.date_of_birth > {{ known_on() }} then annexed.date_of_birth end
    ) as expected_date_of_birth,
    coalesce(persons.pers_death_date, census.person_death_date) as date_of_death,
    coalesce(
        persons.pers_sex, headers.sex, census.sex, case when annexed.gender in ('M', 'F') then annexed.gender end
    ) as sex,
    coalesce(
        persons.pers_ethnicity,
        headers.ethnic,
        census.ethnicity,
        -- the workbook's groups are no codes of ethnicity
        ethnicities.code
    ) as ethnicity,
    case when adopted.child_ref is null then persons.pers_legacy_id end as legacy_ref,
    persons.pers_forename as forename,
    persons.pers_surname as surname,
    persons.pers_person_id is not null
    or headers.child is not null
    or census.la_child_id is not null
    or annexed.child_ref is not null as has_person_record
from named
left join {{ ref('stg_ssd__person') }} as persons on named.child_ref = persons.pers_person_id
left join {{ ref('stg_ssda903__header') }} as headers on named.child_ref = headers.child
left join {{ ref('stg_cin_census__children') }} as census on named.child_ref = census.la_child_id
left join annexed on named.child_ref = annexed.child_ref
left join {{ ref('code') }} as ethnicities
    on annexed.ethnicity = ethnicities.code and ethnicities.list = 'ethnicity'
left join adopted on persons.pers_legacy_id = adopted.child_ref
