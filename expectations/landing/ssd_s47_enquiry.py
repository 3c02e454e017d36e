"""Business rules of ssd.s47_enquiry."""

from expectations.recurring import BEFORE_BIRTH, in_order, not_after_export
from expectations.rule import Rule

RULES = [
    in_order(
        "ssd.s47_enquiry",
        "ends_before_it_starts",
        "s47e_s47_start_date",
        "s47e_s47_end_date",
        "An enquiry was completed before it was begun",
    ),
    not_after_export(
        "ssd.s47_enquiry",
        "dated_after_export",
        ("s47e_s47_start_date", "s47e_s47_end_date"),
        "An enquiry was begun, or completed, after the day the export speaks of",
    ),
    Rule(
        "ssd.s47_enquiry.long_before_birth",
        "warning",
        "An enquiry was begun over 42 weeks before its child was born",
        "Correct the day on which it began, or the date of birth",
        f"""
        select s._file, s._record, 's47e_s47_start_date' as column_name from {{this}} as s
        inner join {{person}} as p on s.s47e_person_id = p.pers_person_id
        where s.s47e_s47_start_date < p.pers_dob - {BEFORE_BIRTH}
        """,
        source="definitions, who is counted: unborn children are, but for those nobody can know of",
    ),
]
