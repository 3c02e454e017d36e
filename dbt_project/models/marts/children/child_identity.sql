select
    children.child_ref,
    children.forename,
    children.surname
from {{ ref('int_people__children') }} as children
where children.forename is not null or children.surname is not null
