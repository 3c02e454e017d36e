-- referrals of children for an independent visitor; who provides the visitor is free text, and stays out
select
    visitors._record_key as match_id,
    visitors.person_id as child_ref,
    visitors.referred_date,
    visitors.matched_date,
    visitors.matched_date - visitors.referred_date as days_waited,
    visitors.ended_date,
    visitors.end_reason
from {{ ref('stg_cssu__independent_visitors') }} as visitors
