-- every child any source names: a child without a record of the person is a child all the same
{%- set naming = [
    ('stg_ssd__person', 'pers_person_id'),
    ('stg_ssda903__header', 'child'),
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
    where periods.end_reason in ('E11', 'E12')
)

select
    named.child_ref,
    coalesce(persons.pers_dob, headers.dob) as date_of_birth,
    persons.pers_expected_dob as expected_date_of_birth,
    persons.pers_death_date as date_of_death,
    coalesce(persons.pers_sex, headers.sex) as sex,
    coalesce(persons.pers_ethnicity, headers.ethnic) as ethnicity,
    case when adopted.child_ref is null then persons.pers_legacy_id end as legacy_ref,
    persons.pers_forename as forename,
    persons.pers_surname as surname,
    persons.pers_person_id is not null or headers.child is not null as has_person_record
from named
left join {{ ref('stg_ssd__person') }} as persons on named.child_ref = persons.pers_person_id
left join {{ ref('stg_ssda903__header') }} as headers on named.child_ref = headers.child
left join adopted on persons.pers_legacy_id = adopted.child_ref
