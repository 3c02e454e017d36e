"""Business rules of cssu.foster_carer_reviews."""

from expectations.rule import Rule

RULES = [
    Rule(
        "cssu.foster_carer_reviews.household_unknown",
        "warning",
        "A foster carer review is of no household of the register",
        "Enter the household, or correct its id",
        """
        select r._file, r._record, 'household_id' as column_name from {this} as r
        where r.household_id is not null
        and not exists (select from {foster_households} as h where h.household_id = r.household_id)
        """,
        source="this project: a record belongs to one of the same source",
    ),
]
