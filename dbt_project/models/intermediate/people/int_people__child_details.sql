-- what else the case system and the registers say of a child, one row a child
with disabilities as (
    select
        disabilities.disa_person_id as child_ref,
        bool_or(disabilities.disa_disability_code <> 'NONE') as has_disability,
        string_agg(
            distinct disabilities.disa_disability_code, ', '
            order by disabilities.disa_disability_code
        ) filter (where disabilities.disa_disability_code <> 'NONE') as disabilities
    from {{ ref('stg_ssd__disability') }} as disabilities
    where disabilities.disa_disability_code is not null
    group by disabilities.disa_person_id
),

unaccompanied as (
    select distinct immigration.immi_person_id as child_ref
    from {{ ref('stg_ssd__immigration_status') }} as immigration
    where immigration.immi_immigration_status = 'UASC'
    union
    select uasc.child
    from {{ ref('stg_ssda903__uasc') }} as uasc
    union
    select children.child_unique_id
    from {{ ref('stg_annex_a__children_in_care') }} as children
    where children.unaccompanied = 'Y'
),

carried as (
    select
        exists (select from {{ ref('stg_ssd__immigration_status') }})
        or exists (select from {{ ref('stg_ssda903__uasc') }})
        or exists (select from {{ ref('stg_annex_a__children_in_care') }}) as are_immigration_statuses
),

mothers as (
    select distinct mothers.moth_person_id as child_ref
    from {{ ref('stg_ssd__mother') }} as mothers
),

families as (
    select
        families.fami_person_id as child_ref,
        max(families.fami_family_id) as family_ref
    from {{ ref('stg_ssd__family') }} as families
    group by families.fami_person_id
),

sibling_groups as (
    select
        siblings.person_id as child_ref,
        max(siblings.group_id) as sibling_group_ref,
        case
            when min(siblings.plan) = max(siblings.plan) then min(siblings.plan)
            when min(siblings.plan) is not null then 'DIFFERS'
        end as sibling_plan
    from {{ ref('stg_cssu__sibling_groups') }} as siblings
    group by siblings.person_id
),

previous_permanence as (
    select distinct on (previous.child_ref)
        previous.child_ref,
        previous.previous_permanence
    from {{ ref('int_people__previous_permanence') }} as previous
    order by previous.child_ref, previous.ordered_from desc nulls last, previous.previous_permanence_id desc
),

care_leavers as (
    -- of several records the one whose pathway plan was reviewed last
    select distinct on (leavers.clea_person_id)
        leavers.clea_person_id as child_ref,
        leavers.clea_care_leaver_eligibility as care_leaver_eligibility,
        leavers.clea_pathway_plan_review_date as pathway_plan_date
    from {{ ref('stg_ssd__care_leavers') }} as leavers
    order by leavers.clea_person_id, leavers.clea_pathway_plan_review_date desc nulls last, leavers._record_key desc
)

select
    children.child_ref,
    disabilities.has_disability,
    disabilities.disabilities,
    case when carried.are_immigration_statuses then unaccompanied.child_ref is not null end as was_unaccompanied,
    case when mothers.child_ref is not null then 'Y' else persons.pers_is_mother end as is_mother,
    families.family_ref,
    sibling_groups.sibling_group_ref,
    coalesce(sibling_groups.sibling_plan, 'not recorded') as sibling_plan,
    previous_permanence.previous_permanence,
    care_leavers.care_leaver_eligibility,
    care_leavers.pathway_plan_date
from {{ ref('int_people__children') }} as children
cross join carried
left join {{ ref('stg_ssd__person') }} as persons on children.child_ref = persons.pers_person_id
left join disabilities on children.child_ref = disabilities.child_ref
left join unaccompanied on children.child_ref = unaccompanied.child_ref
left join mothers on children.child_ref = mothers.child_ref
left join families on children.child_ref = families.child_ref
left join sibling_groups on children.child_ref = sibling_groups.child_ref
left join previous_permanence on children.child_ref = previous_permanence.child_ref
left join care_leavers on children.child_ref = care_leavers.child_ref
