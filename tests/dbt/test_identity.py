"""Nothing joins an adopted child to the child's new record: definitions match children by the council's own id alone.

Read from the SQL: what else is known of a person (names, numbers, dates of birth, mother, postcode, the old case
system's id) is carried to where it is shown, and is compared with nothing, and groups nothing.
"""

import re

import pytest

PERSONAL = (
    r"upn|unique_pupil\w*|nhs_number|pers_upn|\w*legacy_\w+|\w*forename|\w*surname|\w*_dob|dob|date_of_birth|"
    r"\w*mother\w*_id|\w*postcode|\w*home_post|\w*linked_identifier_value"
)
COLUMN = rf"(?:\w+\.)?(?:{PERSONAL})\b"
OTHER = r"(?:\w+\.)?[a-z_]\w*"
COMPARED = (
    # with another column: a comparison with a day or a literal joins nobody
    re.compile(rf"(?:^|[^.\w]){COLUMN}\s*=\s*{OTHER}\b(?!\s*\()"),
    re.compile(rf"{OTHER}\s*=\s*{COLUMN}"),
    re.compile(rf"{COLUMN}\s+is\s+not\s+distinct\s+from"),
    re.compile(rf"using\s*\([^)]*\b(?:{PERSONAL})\b"),
)
GROUPED = re.compile(
    r"(?:partition|group)\s+by\s((?:(?!\border\s+by|\bhaving\b|\bunion\b|\bselect\b|\bwindow\b)[^;)])*)"
)

# the one comparison there may be: it takes the old id of an adopted child away from where it would be shown
WITHHELD = ("int_people__children", "persons.pers_legacy_id = adopted.child_ref")


def joins_persons(sql: str) -> list[str]:
    """What in a model's SQL could put two children together by anything but the council's id."""
    sql = re.sub(r"--[^\n]*|\{#.*?#\}", " ", sql.lower(), flags=re.DOTALL)
    compared = [found.group() for place in COMPARED for found in place.finditer(sql)]
    # beside the child's id it tells no two children apart, and puts none together
    grouped = [
        found.group()
        for found in GROUPED.finditer(sql)
        if re.search(rf"\b{COLUMN}", found[1]) and not re.search(r"child_ref|person_id", found[1])
    ]
    return compared + grouped


@pytest.mark.parametrize(
    "sql",
    [
        "from a inner join b on a.legacy_ref = b.child_ref",
        "from a inner join b on a.child_ref = b.pers_legacy_id",
        "from a left join b on a.forename = b.forename and a.date_of_birth = b.date_of_birth",
        "from a inner join b using (upn)",
        "from a inner join b on a.pers_upn is not distinct from b.pers_upn",
        "select row_number() over (partition by a.surname order by a.child_ref) from a",
        "select count(*) from a group by a.sex, a.pers_dob",
        "from a where exists (select from b where b.home_postcode = a.home_postcode)",
    ],
)
def test_a_join_by_anything_but_the_councils_id_is_seen(sql):
    assert joins_persons(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "select a.legacy_ref, a.date_of_birth from a inner join b on a.child_ref = b.child_ref",
        "select a.child_ref from a group by a.child_ref, a.date_of_birth",
        "select row_number() over (partition by a.child_ref order by a.date_of_birth) from a",
        "-- on a.upn = b.upn\nselect a.pers_dob as date_of_birth from a where a.pers_dob is null",
        "select case runs_from when 'birth' then plans.date_of_birth end from plans order by plans.child_ref",
    ],
)
def test_what_is_only_shown_joins_nobody(sql):
    assert joins_persons(sql) == []


def test_no_model_joins_children_by_anything_but_the_councils_id(manifest):
    models = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    found = {(node["name"], place.strip()) for node in models for place in joins_persons(node["raw_code"])}
    assert found <= {WITHHELD}
