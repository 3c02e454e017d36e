-- who was whose IRO or social worker, and when
select
    involvements._record_key as involvement_id,
    involvements.invo_person_id as child_ref,
    involvements.invo_professional_role_id as role,
    involvements.invo_professional_id as professional_id,
    involvements.invo_professional_team as team_id,
    involvements.invo_involvement_start_date as from_day,
    involvements.invo_involvement_end_date as ended_on,
    involvements.invo_worker_change_reason as change_reason
from {{ ref('stg_ssd__involvements') }} as involvements
where
    involvements.invo_professional_role_id in ('IRO', 'SOCIAL_WORKER')
    and involvements.invo_person_id is not null
    and involvements.invo_involvement_start_date is not null
