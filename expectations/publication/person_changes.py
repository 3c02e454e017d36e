"""Rules on what a person's record says otherwise than it did: a child is born once."""

from expectations.rule import Rule

DAYS = 30
"""So long a change is shown: time to ask, and to put it back."""


def _changed(column: str, value: str, what: str) -> Rule:
    """`value` is an expression of a person's record `{record}`, null where nothing is known."""
    now, before = (value.format(record=record) for record in ("now", "before"))
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
    _changed("pers_dob", "safe.as_date({record}.pers_dob)", "date of birth"),
    # that it was not known is no other sex
    _changed("pers_sex", "nullif({record}.pers_sex, 'U')", "sex"),
]
