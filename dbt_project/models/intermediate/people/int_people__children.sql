-- every child any source names: a child without a record of the person is a child all the same
with named as (
    select persons.pers_person_id as child_ref
    from {{ ref('stg_ssd__person') }} as persons
    where persons.pers_person_id is not null
    union
    select headers.child
    from {{ ref('stg_ssda903__header') }} as headers
    where headers.child is not null
    union
    select periods.child_ref
    from {{ ref('int_care__periods') }} as periods
    union
    select decisions.person_id
    from {{ ref('stg_cssu__permanence_plan_decisions') }} as decisions
    where decisions.person_id is not null
    union
    select escalations.person_id
    from {{ ref('stg_cssu__escalations') }} as escalations
    where escalations.person_id is not null
    union
    select statements.person_id
    from {{ ref('stg_momo__statements') }} as statements
    where statements.person_id is not null
)

select
    named.child_ref,
    coalesce(persons.pers_dob, headers.dob) as date_of_birth,
    persons.pers_expected_dob as expected_date_of_birth,
    persons.pers_death_date as date_of_death,
    coalesce(persons.pers_sex, headers.sex) as sex,
    coalesce(persons.pers_ethnicity, headers.ethnic) as ethnicity,
    persons.pers_legacy_id as legacy_ref,
    persons.pers_forename as forename,
    persons.pers_surname as surname,
    persons.pers_person_id is not null or headers.child is not null as has_person_record
from named
left join {{ ref('stg_ssd__person') }} as persons on named.child_ref = persons.pers_person_id
left join {{ ref('stg_ssda903__header') }} as headers on named.child_ref = headers.child
