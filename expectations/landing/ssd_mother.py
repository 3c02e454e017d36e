"""Business rules of ssd.mother."""

from expectations.recurring import IN_CASE_SYSTEM
from expectations.rule import Rule

RULES = [
    Rule(
        "ssd.mother.of_herself",
        "warning",
        "A person is down as her own mother",
        IN_CASE_SYSTEM,
        """
        select _file, _record, 'moth_childs_person_id' as column_name from {this}
        where moth_person_id = moth_childs_person_id
        """,
        source="this project: what a relationship can't be",
    ),
    Rule(
        "ssd.mother.birth_differs",
        "warning",
        "A child's date of birth here is another than the person's own record has",
        IN_CASE_SYSTEM,
        """
        select m._file, m._record, 'moth_childs_dob' as column_name from {this} as m
        inner join {person} as p on m.moth_childs_person_id = p.pers_person_id
        where m.moth_childs_dob <> p.pers_dob
        """,
        source="this project: one day of birth of one person",
    ),
    Rule(
        "ssd.mother.younger_than_child",
        "warning",
        "A mother was under 11 years of age when her child was born",
        "Correct whose mother she is, or one of the two dates of birth",
        """
        select m._file, m._record, 'moth_person_id' as column_name from {this} as m
        inner join {person} as p on m.moth_person_id = p.pers_person_id
        where m.moth_childs_dob < p.pers_dob + interval '11 years' and m.moth_person_id <> m.moth_childs_person_id
        """,
        source="DfE rules 620 and 621 of SSDA903, on the extract",
    ),
]
