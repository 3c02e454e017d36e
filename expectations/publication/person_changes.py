"""Rules on what a person's record says otherwise than it did: a child is born once."""

from dataclasses import replace

from expectations.rule import Rule
from include.contract.expressions import typed
from include.contract.model import source

DAYS = 30
"""So long a change is shown: time to ask, and to put it back."""


def _changed(column: str, what: str, unknown: str = "") -> Rule:
    """Of a column of a person's record. That it was empty, could not be read or was `unknown` is no other value."""
    read = source("ssd").table("person").column(column)
    now, before = (
        f"nullif({typed(replace(read, name=f'{record}.{column}'))}::text, '{unknown}')" for record in ("now", "before")
    )
    return Rule(
        f"ssd.person.{column}.changed",
        "warning",
        f"The {what} of a person is another than the extract said in the {DAYS} days before",
        "Look which is right, and put it back if it was mistaken; where the change is right, nothing is to be done: it "
        f"is shown for {DAYS} days, or until the seed accepted_failure accepts it",
        "select distinct now._record_key as record_key, now.pers_person_id as child_ref from raw.ssd_person as now "
        "inner join raw.ssd_person as before on before._slice = now._slice and before._record_key = now._record_key "
        f"and before._version <> now._version and {before} <> {now} "
        f"where now._recorded @> {{known_on}} and before._recorded && daterange({{known_on}} - {DAYS}, {{known_on}})",
        source="this project: who a child is does not change with a delivery",
        child="child_ref",
    )


RULES = [
    _changed("pers_dob", "date of birth"),
    _changed("pers_sex", "sex", unknown="U"),
]
