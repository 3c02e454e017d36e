"""Business rules of ssda903.placed_for_adoption, and of episodes that need a decision to place for adoption."""

from expectations.dfe import YEAR_ENDS, YEAR_STARTS, dfe_rule

RULES = []

_IN_ORDER = """(
    select
        p.*,
        lag(p.date_placed) over decisions as placed_before,
        lag(p.date_placed_ceased) over decisions as ceased_before,
        lead(p.date_placed) over decisions as placed_after
    from {this} as p where p.child is not null and p.date_placed is not null
    window decisions as (partition by p.child order by p.date_placed, p.date_placed_ceased, p._file, p._record)
)"""
_WITH_CARE = """(
    select p.*, e.first_day, e.first_start, e.adopted, case when not e.still then e.left_on end as left_on
    from {this} as p
    inner join (
        select
            child,
            min(decom) filter (where coalesce(ls, '') not in ('V3', 'V4')) as first_day,
            min(decom) filter (where rne = 'S') as first_start,
            bool_or(dec is null) as still,
            coalesce(bool_or(rec in ('E11', 'E12')), false) as adopted,
            max(dec) filter (where rec <> 'X1') as left_on
        from {episodes} group by child
    ) as e on p.child = e.child
)"""
_DECISION = "select from {placed_for_adoption} as p where p.child = t.child and p.date_placed is not null"


def _placed(number, column, description, remedy, condition, records="{this}"):
    RULES.append(
        dfe_rule("ssda903.placed_for_adoption", number, column, description, remedy, condition, records=records)
    )


def _episode(number, column, description, remedy, condition):
    RULES.append(dfe_rule("ssda903.episodes", number, column, description, remedy, condition))


_placed(
    "117",
    "date_placed",
    "A decision for or against adoption lies after the year, or after the child left care",
    "Correct the day of the decision",
    f"greatest(date_placed, date_placed_ceased) > least({YEAR_ENDS}, left_on)",
    _WITH_CARE,
)
_placed(
    "118",
    "date_placed_ceased",
    "A decision against adoption lies before the year, or before the child came into care",
    "Correct the day of the decision, or leave the record out",
    f"date_placed_ceased < greatest({YEAR_STARTS}, first_day)",
    _WITH_CARE,
)
_placed(
    "119",
    "date_placed_ceased",
    "A decision against adoption has a day and no reason, or a reason and no day",
    "Enter both",
    "(date_placed_ceased is null) <> (reason_placed_ceased is null)",
)
_placed(
    "184",
    "date_placed",
    "The decision for adoption lies before the child was born",
    "Correct the day of the decision, or the date of birth",
    "date_placed < header_dob",
    "(select p.*, h.dob as header_dob from {this} as p inner join ("
    "select child, min(dob) as dob from {header} group by child) as h on p.child = h.child)",
)
_placed(
    "522",
    "date_placed",
    "The decision for adoption lies after the one against it",
    "Correct the days of the decisions",
    "date_placed > date_placed_ceased",
)
_placed(
    "558",
    "date_placed_ceased",
    "A child is adopted, and there is a decision against adoption",
    "Remove the decision against adoption, or correct the reason for ending",
    "date_placed_ceased is not null and adopted",
    _WITH_CARE,
)
_placed(
    "563",
    "date_placed",
    "There is a decision against adoption, and no day of the decision for it",
    "Enter the day of the decision for adoption",
    "date_placed is null and (date_placed_ceased is not null or reason_placed_ceased is not null)",
)
_placed(
    "579",
    "date_placed",
    "A decision for adoption is made while another is open, or before it has ended",
    "End the earlier decision, or correct the days",
    "placed_before is not null and (ceased_before is null or date_placed < ceased_before)",
    _IN_ORDER,
)
_placed(
    "583",
    "date_placed_ceased",
    "An earlier decision for adoption was not revoked, and a later one stands",
    "Enter the day on which the earlier decision was revoked",
    "placed_after > date_placed and date_placed_ceased is null",
    _IN_ORDER,
)
_placed(
    "1003",
    "date_placed",
    "The decision for adoption lies before the child came into care",
    "Correct the day of the decision",
    "date_placed < first_start",
    _WITH_CARE,
)
_PLACED = "place in ('A3', 'A4', 'A5', 'A6')"
for _number, _when, _what in (
    ("551", _PLACED, "A child is placed for adoption"),
    ("553", "ls = 'E1'", "A child has a placement order"),
    ("555", "ls = 'D1'", "A child has a freeing order"),
):
    _episode(
        _number,
        "child",
        f"{_what}, and there is no day of the decision for adoption",
        "Enter the decision in placed for adoption",
        f"{_when} and exists (select from {{placed_for_adoption}}) and not exists ({_DECISION})",
    )
for _number, _when, _what in (
    ("552", _PLACED, "placed for adoption"),
    ("554", "ls = 'E1'", "under a placement order"),
    ("556", "ls = 'D1'", "under a freeing order"),
):
    _placed(
        _number,
        "date_placed",
        f"The decision for adoption lies after the day on which the child was first {_what}",
        "Correct the day of the decision, or the episode",
        "date_placed > first_of_it",
        f"(select p.*, e.first_of_it from {{this}} as p inner join (select child, min(decom) as first_of_it "
        f"from {{episodes}} where {_when} group by child) as e on p.child = e.child)",
    )
_episode(
    "557",
    "rec",
    "A child who was to be adopted left care without it, and the decision against adoption is not told",
    "Enter day and reason of the decision against adoption",
    f"({_PLACED} or ls in ('D1', 'E1')) and rec not in ('X1', 'E11', 'E12') and exists (select from "
    "{placed_for_adoption}) and (not exists (select from {placed_for_adoption} as p where p.child = t.child) or exists "
    "(select from {placed_for_adoption} as p where p.child = t.child "
    "and (p.date_placed_ceased is null or p.reason_placed_ceased is null)))",
)
