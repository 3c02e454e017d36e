"""Rules of ssda903.episodes that hold the first episodes of the year against the last ones of last year's return."""

from expectations.dfe import YEAR_STARTS, rule_between_years

_FIRST = """(
    select distinct on (child) * from {this} where child is not null and decom is not null
    order by child, decom, dec nulls last, _record_key
)"""
_NEWEST_LAST = """(
    select distinct on (child) * from {last_episodes} where child is not null and decom is not null
    order by child, decom desc, dec desc nulls first, _record_key
)"""
# codes that others took the place of; supported accommodation has a number since it is registered
_SAME_PLACE = (
    "(l.place in ('H5', 'P2') and t.place = 'K3' or l.place = 'Z1' and t.place in ('Z11', 'Z12', 'Z13', 'Z14'))"
)
_REGISTERED_SINCE = "(l.urn is null and t.place in ('H5', 'K3'))"

RULES = [
    rule_between_years(
        "ssda903.episodes",
        "199",
        "child",
        "A child was adopted from care before, this year or last, and has an episode after it",
        "Remove the episode, or correct why the earlier one ended; an adopted child comes back under another id",
        "exists (select from (select child, decom, rec from {this} union all select child, decom, rec "
        "from {last_episodes}) as e where e.child = t.child and e.rec in ('E11', 'E12') and e.decom < t.decom)",
    ),
    rule_between_years(
        "ssda903.episodes",
        "502",
        "decom",
        "Last year's return ended with an open episode, and the first one of this year began on another day",
        "Enter the open episode with the day on which it began",
        "exists (select from {last_episodes} as l where l.child = t.child and l.dec is null "
        "and l.decom is distinct from t.decom)",
        records=_FIRST,
    ),
    *(
        rule_between_years(
            "ssda903.episodes",
            number,
            column,
            f"The {what} of the first episode is not that of the episode open at the end of last year's return",
            f"Correct the {what}, or ask for last year's return to be corrected",
            f"exists (select from {_NEWEST_LAST} as l where l.child = t.child and l.dec is null "
            f"and t.{column} is distinct from l.{column}{but})",
            records=_FIRST,
        )
        for number, column, what, but in (
            ("503A", "rne", "reason for the new episode", ""),
            ("503B", "ls", "legal status", ""),
            ("503C", "cin", "category of need", ""),
            ("503D", "place", "kind of placement", f" and not coalesce({_SAME_PLACE}, false)"),
            ("503E", "place_provider", "provider of the placement", ""),
            ("503F", "urn", "Ofsted number (URN)", f" and not coalesce({_REGISTERED_SINCE}, false)"),
        )
    ),
    rule_between_years(
        "ssda903.episodes",
        "562",
        "decom",
        "An episode began before the year, and last year's return does not end with it",
        "Correct the day on which the episode began, or ask for last year's return to be corrected",
        f"t.decom < {YEAR_STARTS} and not exists "
        f"(select from {_NEWEST_LAST} as l where l.child = t.child and l.decom = t.decom)",
        records=_FIRST,
    ),
    rule_between_years(
        "ssda903.episodes",
        "NoE",
        "decom",
        "A child was looked after before the year, and last year's return has no episode of it",
        "Correct the day on which the episode began, or ask for last year's return to be corrected",
        f"t.decom < {YEAR_STARTS} and not exists (select from {{last_episodes}} as l where l.child = t.child)",
    ),
]
