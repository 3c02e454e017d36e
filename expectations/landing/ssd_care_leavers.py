"""Business rules of ssd.care_leavers."""

from expectations.recurring import not_after_export
from expectations.rule import Rule

RULES = [
    not_after_export(
        "ssd.care_leavers",
        "dated_after_export",
        ("clea_care_leaver_latest_contact", "clea_pathway_plan_review_date"),
        "A contact, or the review of a pathway plan, is dated after the day the export speaks of",
    ),
    Rule(
        "ssd.care_leavers.entitlement_against_age",
        "warning",
        "A young person is under 16, or entitled to what only those under 18, or those over, are",
        "Correct what the young person is entitled to, or the date of birth",
        """
        select c._file, c._record, 'clea_care_leaver_eligibility' as column_name from {this} as c
        inner join {person} as p on c.clea_person_id = p.pers_person_id
        where p.pers_dob + interval '16 years' > {batch_date}
        or (
            c.clea_care_leaver_eligibility in ('ELIGIBLE', 'RELEVANT')
            and p.pers_dob + interval '18 years' <= {batch_date}
        )
        or (c.clea_care_leaver_eligibility = 'FORMER_RELEVANT' and p.pers_dob + interval '18 years' > {batch_date})
        """,
        source="Children Act 1989 Schedule 2 paragraph 19B, ss.23A and 23C: 16 and 17, and from 18 on",
    ),
]
