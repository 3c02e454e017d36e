"""Business rules of ssd.cla_reviews."""

from expectations.landing.ssd_cla_episodes import PERIODS
from expectations.recurring import IRO, given_without, not_after_export
from expectations.rule import Rule

RULES = [
    not_after_export(
        "ssd.cla_reviews",
        "held_after_export",
        ("clar_cla_review_date",),
        "A review is said to have been held after the day the export speaks of",
    ),
    Rule(
        "ssd.cla_reviews.before_birth",
        "warning",
        "A review was held before its child was born",
        "Correct the day of the review, or the date of birth",
        f"""
        select r._file, r._record, 'clar_cla_review_date' as column_name from {{this}} as r
        inner join {PERIODS} as c on r.clar_cla_id = c.cla_id
        inner join {{person}} as p on c.person_id = p.pers_person_id
        where r.clar_cla_review_date < p.pers_dob and p.pers_expected_dob is null
        """,
        source="this project: a child in care is reviewed; but for one that was expected",
    ),
    Rule(
        "ssd.cla_reviews.before_care",
        "warning",
        "A review was held before its period of care began",
        "Correct the day of the review, or the period of care that it names",
        f"""
        select r._file, r._record, 'clar_cla_review_date' as column_name from {{this}} as r
        inner join {PERIODS} as c on r.clar_cla_id = c.cla_id
        where r.clar_cla_review_date < c.starts
        """,
        source="Care Planning Regulations 2010 reg 33: reviews are of a child looked after",
    ),
    Rule(
        "ssd.cla_reviews.after_care",
        "warning",
        "A review was held after its period of care had ended",
        "Correct the day of the review, or the period of care that it names",
        f"""
        select r._file, r._record, 'clar_cla_review_date' as column_name from {{this}} as r
        inner join {PERIODS} as c on r.clar_cla_id = c.cla_id
        where r.clar_cla_review_date > c.ends and r.clar_cla_review_date <= {{batch_date}}
        """,
        source="Care Planning Regulations 2010 reg 33: reviews are of a child looked after",
    ),
    Rule(
        "ssd.cla_reviews.participation_against_age",
        "warning",
        "A child of four or more is down as too young to take part (PN0), or one under four as taking part or not",
        "Correct the way of taking part on the review form, or the date of birth",
        f"""
        select r._file, r._record, 'clar_cla_review_participation' as column_name from {{this}} as r
        inner join {PERIODS} as c on r.clar_cla_id = c.cla_id
        inner join {{person}} as p on c.person_id = p.pers_person_id
        where
            (r.clar_cla_review_participation = 'PN0' and r.clar_cla_review_date > p.pers_dob + interval '4 years')
            or (
                r.clar_cla_review_participation <> 'PN0'
                and r.clar_cla_review_date >= p.pers_dob
                and r.clar_cla_review_date < p.pers_dob + interval '4 years'
            )
        """,
        owner=IRO,
        source="DfE rules 440 and 441 of SSDA903, on the extract",
    ),
    given_without(
        "ssd.cla_reviews",
        "participation_missing",
        "clar_cla_review_date",
        "clar_cla_review_participation",
        "A held review does not say how the child took part",
        "Complete the review form",
        owner=IRO,
        severity="info",
        source="DfE rule 167 of SSDA903, on the extract",
    ),
]
