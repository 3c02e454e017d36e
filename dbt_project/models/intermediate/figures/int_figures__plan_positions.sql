-- children on child protection plans on each day of which positions are shown, unborn children among them
select
    children.child_ref,
    children.position_date as member_date,
    answering.team_id,
    answering.service_manager_id,
    answering.iro_id,
    case when children.is_unborn then 'unborn' else {{ age_band('children.age_years') }} end as age_band,
    persons.sex,
    ethnicity_group.ethnicity_group,
    children.latest_category as category_of_abuse,
    children.length_band,
    true as cp_count,
    true as cp_rate,
    children.is_over_15_months as cp_over_15_months,
    case when children.is_over_15_months then children.scrutinised_on is not null end as cp_over_15_months_scrutinised,
    children.is_over_two_years as cp_over_two_years,
    children.length_band = '3 months or less' as cp_three_months_or_less,
    children.length_band = 'more than 3 months, up to 6 months' as cp_three_to_six_months,
    children.length_band = 'more than 6 months, less than 1 year' as cp_six_months_to_a_year,
    children.length_band = '1 year, less than 2 years' as cp_one_to_two_years,
    children.length_band = '2 years or more' as cp_two_years_or_more,
    coalesce(ethnicity_group.ethnicity_group = 'White', false) as cp_white,
    children.is_unborn as cp_unborn,
    children.previous_plans > 0 as cp_had_earlier_plan,
    coalesce(children.latest_category in ('NEG', 'EMO'), false) as cp_emotional_or_neglect,
    contacts.seen_in_four_weeks as cp_seen_in_four_weeks,
    case when not children.is_unborn then contacts.seen_in_four_weeks end as cp_seen_in_four_weeks_born,
    contacts.seen_alone_last as cp_seen_alone,
    case when not children.is_unborn then contacts.seen_alone_last end as cp_seen_alone_born,
    case when children.age_years >= 4 then contacts.seen_alone_last end as cp_seen_alone_aged_four
from {{ ref('int_positions__protection_children') }} as children
inner join {{ ref('int_positions__answering') }} as answering
    on children.child_ref = answering.child_ref and children.position_date = answering.position_date
inner join {{ ref('int_positions__protection_contacts') }} as contacts
    on children.child_ref = contacts.child_ref and children.position_date = contacts.position_date
left join {{ ref('int_people__children') }} as persons on children.child_ref = persons.child_ref
left join {{ ref('ethnicity_group') }} as ethnicity_group on persons.ethnicity = ethnicity_group.code
