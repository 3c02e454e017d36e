select
    reviews.review_id,
    reviews.household_id,
    reviews.approval_type,
    reviews.own_or_agency,
    reviews.household_ended_date,
    reviews.status,
    -- that an allegation called it is for foster_carer_concern alone: here it is one of those called at need
    case when reviews.review_type in ('AFTER_ALLEGATION', 'CHANGE') then 'AT_NEED' else reviews.review_type end
        as review_type,
    reviews.is_first_review,
    reviews.runs_from_date,
    reviews.due_date,
    reviews.source_due_date,
    reviews.review_date as held_date,
    reviews.in_time,
    reviews.working_days_late,
    reviews.meeting_format,
    reviews.chair_professional_id,
    reviews.chaired_by_dedicated_reviewer,
    reviews.carer_views,
    reviews.child_views,
    reviews.placing_worker_views,
    reviews.supervising_report,
    (reviews.carer_views = 'late')::integer
    + (reviews.child_views = 'late')::integer
    + (reviews.placing_worker_views = 'late')::integer
    + (reviews.supervising_report = 'late')::integer as papers_late,
    (reviews.carer_views = 'not recorded')::integer
    + (reviews.child_views = 'not recorded')::integer
    + (reviews.placing_worker_views = 'not recorded')::integer
    + (reviews.supervising_report = 'not recorded')::integer as papers_not_recorded,
    reviews.written_up_due_date,
    reviews.written_up_date,
    reviews.written_up_in_time,
    reviews.is_first_review as goes_to_panel,
    reviews.panel_date,
    reviews.outcome,
    'cssu' as source
from {{ ref('int_fostering__reviews') }} as reviews
