select
    professionals.professional_id,
    professionals.professional_name,
    professionals.staff_id,
    professionals.registration_number,
    professionals.team_id,
    professionals.full_time_equivalent,
    professionals.is_agency_worker,
    professionals.is_iro
from {{ ref('int_people__professionals') }} as professionals
