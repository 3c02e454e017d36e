"""What every module of the return repeats of a child, held against the header: rules INT01 to INT21."""

from expectations.dfe import dfe_rule
from include.contract.model import source

_MISSING_FROM_HEADER = {
    "ad1": "INT01",
    "placed_for_adoption": "INT02",
    "missing": "INT04",
    "oc2": "INT05",
    "oc3": "INT06",
    "previous_permanence": "INT07",
    "reviews": "INT08",
    "uasc": "INT09",
}
_BORN_ANOTHER_DAY = {
    "ad1": "INT11",
    "placed_for_adoption": "INT12",
    "missing": "INT13",
    "oc2": "INT14",
    "oc3": "INT15",
    "previous_permanence": "INT16",
    "reviews": "INT17",
    "uasc": "INT18",
}
_WITH_HEADER = """(
    select m.*, h.dob as header_dob, h.sex as header_sex from {this} as m
    inner join (select child, min(dob) as dob, min(sex) as sex from {header} group by child) as h on m.child = h.child
)"""
_WITH_DOB_ONLY = _WITH_HEADER.replace(", h.sex as header_sex", "").replace(", min(sex) as sex", "")

RULES = [
    rule
    for table in source("ssda903").tables
    if table.name in _MISSING_FROM_HEADER
    for rule in (
        dfe_rule(
            table.full_name,
            _MISSING_FROM_HEADER[table.name],
            "child",
            "A child has a record of this module but no header record",
            "Add the child to the header file",
            "child is not null and exists (select from {header}) "
            "and not exists (select from {header} as h where h.child = t.child)",
        ),
        dfe_rule(
            table.full_name,
            _BORN_ANOTHER_DAY[table.name],
            "dob",
            "The date of birth differs from the header's",
            "Correct the date of birth in one of the two files",
            "dob <> header_dob",
            records=_WITH_DOB_ONLY,
        ),
    )
]
RULES.append(
    dfe_rule(
        "ssda903.uasc",
        "INT21",
        "sex",
        "The sex differs from the header's",
        "Correct the sex in one of the two files",
        "sex <> header_sex",
        records=_WITH_HEADER,
    )
)
RULES.append(
    dfe_rule(
        "ssda903.uasc",
        "304",
        "duc",
        "A child is an unaccompanied asylum-seeking child past the 18th birthday",
        "Correct the day on which the child ceased to be one, or the date of birth",
        "duc > dob + interval '18 years'",
    )
)
