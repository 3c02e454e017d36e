select
    contacts.contact_id,
    contacts.child_ref,
    contacts.care_period_id,
    contacts.professional_id,
    contacts.contact_date,
    contacts.method,
    method.label as method_label,
    contacts.purpose,
    purpose.label as purpose_label,
    contacts.child_seen_alone,
    reviews.care_period_id || '|' || reviews.review_number as cic_review_key,
    contacts.days_before_review,
    contacts.professional_id = answering.iro_id as is_by_allocated_iro,
    answering.iro_id,
    answering.social_worker_id,
    answering.team_id,
    'cssu' as source
from {{ ref('int_care__iro_contacts') }} as contacts
left join {{ ref('int_reviews__clock') }} as reviews on contacts.review_key = reviews.review_key
left join {{ ref('code') }} as method on contacts.method = method.code and method.list = 'contact_method'
left join {{ ref('code') }} as purpose on contacts.purpose = purpose.code and purpose.list = 'contact_purpose'
left join {{ ref('int_people__allocation_spells') }} as answering
    on
        contacts.child_ref = answering.child_ref
        and contacts.contact_date >= answering.from_day
        and contacts.contact_date < answering.to_day
