"""Rules of ssda903.header that hold a child against what last year's return says of it."""

from expectations.dfe import YEAR_STARTS, rule_between_years

_LAST = "exists (select from {last_header} as l where l.child = t.child and "
_UNKNOWN = "('UN1', 'UN2', 'UN3', 'UN4', 'UN5')"

RULES = [
    *(
        rule_between_years(
            "ssda903.header",
            number,
            column,
            f"The {what} is not the one of last year's return",
            f"Find out which {what} is right; correct this return, or ask for last year's to be corrected",
            f"{_LAST}t.{column} is distinct from l.{column})",
        )
        for number, column, what in (
            ("202", "sex", "sex"),
            ("203", "dob", "date of birth"),
            ("204", "ethnic", "ethnic origin"),
        )
    ),
    rule_between_years(
        "ssda903.header",
        "207",
        "mother",
        "A child was a mother in last year's return, and is not in this one",
        "Enter that the child is a mother, or ask for last year's return to be corrected",
        f"{_LAST}l.mother = '1') and t.mother is distinct from '1' "
        "and exists (select from {episodes} as e where e.child = t.child)",
    ),
    rule_between_years(
        "ssda903.header",
        "208",
        "upn",
        "The unique pupil number is not the one of last year's return",
        "Correct the number in the return; a reason why there is none may only give way to a number",
        # from no word, or too young for a number, to another reason; and from any reason to a number
        f"{_LAST}upper(t.upn) is distinct from upper(l.upn) "
        f"and not (coalesce(upper(l.upn), 'UN1') = 'UN1' and coalesce(upper(t.upn), 'UN1') in {_UNKNOWN} "
        "and coalesce(upper(t.upn), 'UN1') <> 'UN1') "
        f"and not (coalesce(upper(l.upn), 'UN1') in {_UNKNOWN} and coalesce(upper(t.upn), 'UN1') not in {_UNKNOWN}))",
    ),
    rule_between_years(
        "ssda903.header",
        "624",
        "mc_dob",
        "The date of birth of the first child is not the one of last year's return",
        "Correct the date of birth of the child's own child",
        f"{_LAST}l.mc_dob is not null and t.mc_dob is distinct from l.mc_dob)",
    ),
    rule_between_years(
        "ssda903.header",
        "626",
        "mc_dob",
        "A child became a mother before the year began, and last year's return says that it was none",
        "Correct the date of birth of the child's own child, or ask for last year's return to be corrected",
        f"{_LAST}l.mother = '0') and t.mother = '1' and t.mc_dob < {YEAR_STARTS}",
    ),
    rule_between_years(
        "ssda903.header",
        "205A",
        "child",
        "A child was seeking asylum unaccompanied in last year's return and is not in this one, and last year's does "
        "not say that this ceased in its year",
        "Add the child to the UASC module, or have the day on which it ceased entered in last year's return",
        # who is looked after: nothing of it is asked of a care leaver (rule 1014)
        "exists (select from {episodes} as e where e.child = t.child) "
        "and not exists (select from {uasc} as u where u.child = t.child) "
        "and exists (select from {last_uasc} as l where l.child = t.child and not coalesce("
        f"l.duc >= {YEAR_STARTS} - interval '1 year' and l.duc < {YEAR_STARTS}, false))",
    ),
    rule_between_years(
        "ssda903.header",
        "576",
        "child",
        "A child was missing, or away without authorisation, when last year's return ended, and this one does not go "
        "on with it",
        "Enter the time missing with the day on which it began, and its end",
        "exists (select from {last_missing} as l where l.child = t.child and l.mis_end is null and not exists "
        "(select from {missing} as m where m.child = l.child and m.mis_start = l.mis_start))",
    ),
]
