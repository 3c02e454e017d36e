-- the immigration status of a child in care on each position day; of two at a time the later one
select distinct on (children.child_ref, children.position_date)
    children.child_ref,
    children.position_date,
    immigration.immi_immigration_status as immigration_status
from {{ ref('int_positions__children') }} as children
inner join {{ ref('stg_ssd__immigration_status') }} as immigration
    on
        children.child_ref = immigration.immi_person_id
        and immigration.immi_immigration_status is not null
        and (
            immigration.immi_immigration_status_start_date is null
            or children.position_date >= immigration.immi_immigration_status_start_date
        )
        and (
            immigration.immi_immigration_status_end_date is null
            or children.position_date < immigration.immi_immigration_status_end_date
        )
order by
    children.child_ref,
    children.position_date,
    immigration.immi_immigration_status_start_date desc nulls last,
    immigration._record_key desc
