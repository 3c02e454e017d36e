{%- set settled_since = months_after('children.position_date', '-' ~ threshold('iro_stability_months')) %}
-- children in full care on each day of which positions are shown
with visits_known as (
    -- where no visit is told of so long a time, nobody knows who was seen in it
    select min(visits.visit_date) + {{ threshold('care_seen_within_days') }} as from_day
    from {{ ref('int_care__visits') }} as visits
)

select
    children.child_ref,
    children.position_date as member_date,
    care.team_id,
    care.service_manager_id,
    care.iro_id,
    {{ age_band('children.age_years') }} as age_band,
    persons.sex,
    ethnicity_group.ethnicity_group,
    care.legal_status,
    care.placement_group,
    periods.category_of_need,
    true as cic_count,
    true as cic_rate,
    coalesce(persons.sex = 'M', false) as cic_male,
    coalesce(persons.sex = 'F', false) as cic_female,
    coalesce(ethnicity_group.ethnicity_group = 'White', false) as cic_white,
    coalesce(care.legal_status = 'C2', false) as cic_full_care_order,
    coalesce(care.legal_status = 'C1', false) as cic_interim_care_order,
    coalesce(care.legal_status = 'E1', false) as cic_placement_order,
    coalesce(care.legal_status = 'V2', false) as cic_section_20,
    periods.is_unaccompanied as cic_unaccompanied,
    case when reviews.has_review_held_or_due then coalesce(reviews.latest_review_in_time, false) end
        as cic_latest_review_in_time,
    reviews.reviews_held = 0 and not reviews.has_review_held_or_due as cic_review_not_yet_due,
    case when children.position_date >= visits_known.from_day then contacts.seen_in_six_weeks end
        as cic_seen_in_six_weeks,
    coalesce(care.placement_group = 'fostering', false) as cic_foster,
    coalesce(care.is_in_house_fostering, false) as cic_in_house_foster,
    case care.area when 'out of area' then true when 'in area' then false end as cic_out_of_area,
    care.placements_in_year = 1 as cic_one_placement,
    care.placements_in_year > 2 as cic_more_than_two_placements,
    case when care.is_long_in_care then coalesce(care.same_placement_two_years, false) end as cic_long_term_stability,
    case
        when care.is_long_in_care and children.age_years < 16 then coalesce(care.same_carer_two_years, false)
    end as cic_same_carer_two_years,
    case
        when children.started_on <= {{ settled_since }} then coalesce(same_iro.from_day <= {{ settled_since }}, false)
    end as cic_same_iro_twelve_months,
    case
        when plans.are_plans then plans.current_plan_status in (
            'first plan overdue', 'no current plan, an earlier one ended, was reversed or broke down'
        )
    end as cic_without_plan,
    case
        when plans.first_plan_timeliness = 'by the second review' then true
        when plans.first_plan_timeliness = 'late' or plans.current_plan_status = 'first plan overdue' then false
    end as cic_first_plan_in_time
from {{ ref('int_positions__children') }} as children
inner join {{ ref('int_positions__care') }} as care
    on children.child_ref = care.child_ref and children.position_date = care.position_date
inner join {{ ref('int_positions__reviews') }} as reviews
    on children.child_ref = reviews.child_ref and children.position_date = reviews.position_date
inner join {{ ref('int_positions__plans') }} as plans
    on children.child_ref = plans.child_ref and children.position_date = plans.position_date
inner join {{ ref('int_positions__contacts') }} as contacts
    on children.child_ref = contacts.child_ref and children.position_date = contacts.position_date
inner join {{ ref('int_care__whole_periods') }} as periods on children.care_period_id = periods.care_period_id
left join {{ ref('int_people__children') }} as persons on children.child_ref = persons.child_ref
left join {{ ref('ethnicity_group') }} as ethnicity_group on persons.ethnicity = ethnicity_group.code
left join {{ ref('int_people__iro_spells') }} as same_iro
    on
        children.child_ref = same_iro.child_ref
        and children.position_date >= same_iro.from_day
        and children.position_date < same_iro.to_day
cross join visits_known
where care.care_basis = 'full'
