"""Rules of ssda903.placed_for_adoption that hold a decision for adoption against last year's return."""

from expectations.dfe import YEAR_STARTS, rule_between_years

_LAST = "exists (select from {last_placed_for_adoption} as l where l.child = t.child and "
_TAKEN_BACK = "(l.date_placed_ceased is not null or l.reason_placed_ceased is not null)"

RULES = [
    rule_between_years(
        "ssda903.placed_for_adoption",
        "559",
        "date_placed",
        "The decision for adoption was made before the year, and last year's return has none",
        "Correct the day of the decision, or ask for last year's return to be corrected",
        f"t.date_placed < {YEAR_STARTS} and not {_LAST}l.date_placed is not null)",
    ),
    rule_between_years(
        "ssda903.placed_for_adoption",
        "560",
        "date_placed",
        "The day of the decision for adoption is not that of last year's return, in which it had not been taken back",
        "Enter the day of last year's return, or that the decision was taken back",
        f"{_LAST}l.date_placed is not null and l.date_placed_ceased is null and not exists "
        "(select from {this} as same where same.child = l.child and same.date_placed = l.date_placed))",
    ),
    rule_between_years(
        "ssda903.placed_for_adoption",
        "561",
        "date_placed",
        "The day of the decision for adoption is that of last year's return, in which it was taken back",
        "Enter the day of the new decision, or remove the record",
        f"{_LAST}t.date_placed = l.date_placed and {_TAKEN_BACK})",
    ),
    rule_between_years(
        "ssda903.placed_for_adoption",
        "584",
        "date_placed",
        "A decision was taken back in last year's return, and the day of this year's does not lie after it",
        "Enter the day of the new decision, or remove the record",
        f"{_LAST}{_TAKEN_BACK} and l.date_placed is not null "
        "and (t.date_placed is null or t.date_placed <= l.date_placed))",
    ),
]
