-- professionals as the case system names them, and those who are only mentioned
with mentioned as (
    select professionals.prof_professional_id as professional_id
    from {{ ref('stg_ssd__professionals') }} as professionals
    where professionals.prof_professional_id is not null
    union
    select allocations.professional_id
    from {{ ref('int_people__allocations') }} as allocations
    where allocations.professional_id is not null
    union
    select posts.professional_id
    from {{ ref('int_people__iro_posts') }} as posts
    union
    select managers.professional_id
    from {{ ref('int_people__team_managers') }} as managers
    union
    select contacts.professional_id
    from {{ ref('int_care__iro_contacts') }} as contacts
    where contacts.professional_id is not null
),

iros as (
    select posts.professional_id
    from {{ ref('int_people__iro_posts') }} as posts
    union
    select allocations.professional_id
    from {{ ref('int_people__allocations') }} as allocations
    where allocations.role = 'IRO'
)

select
    mentioned.professional_id,
    professionals.prof_professional_name as professional_name,
    professionals.prof_staff_id as staff_id,
    professionals.prof_social_worker_registration_no as registration_number,
    professionals.prof_professional_department as team_id,
    professionals.prof_full_time_equivalency::numeric(5, 2) as full_time_equivalent,
    professionals.prof_agency_worker_flag as is_agency_worker,
    iros.professional_id is not null as is_iro
from mentioned
left join {{ ref('stg_ssd__professionals') }} as professionals
    on mentioned.professional_id = professionals.prof_professional_id
left join iros on mentioned.professional_id = iros.professional_id
