"""Rules of ssda903.uasc that hold a child seeking asylum unaccompanied against last year's return."""

from expectations.dfe import YEAR_ENDS, YEAR_STARTS, rule_between_years

RULES = [
    rule_between_years(
        "ssda903.uasc",
        "205B",
        "duc",
        "A child is seeking asylum unaccompanied in both years: last year's day of ceasing is not the 18th birthday, "
        "or this year's neither lies in the year nor is the same",
        "Enter the 18th birthday, or the day in the year on which it ceased",
        "exists (select from {last_uasc} as l where l.child = t.child and not coalesce("
        f"(t.duc between {YEAR_STARTS} and {YEAR_ENDS} or t.duc = l.duc) "
        "and l.duc = l.dob + interval '18 years', false))",
    ),
    rule_between_years(
        "ssda903.uasc",
        "205D",
        "child",
        "A child is seeking asylum unaccompanied, and was not in last year's return",
        "Remove the child from the UASC module, or ask for last year's return to be corrected",
        "exists (select from {last_header} as l where l.child = t.child) "
        "and not exists (select from {last_uasc} as u where u.child = t.child)",
    ),
]
