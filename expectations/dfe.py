"""Rules of the Department for Education, under their own numbers: how one is written, and the records several stand on.

A rule of the return or of the census is a warning, or an info where the department only asks: it never keeps a record
out. What the structural rules already say of a single field (a day or code that can't be read) is not said twice:
docs/ssda903-rules.md names the structural rule that stands for the department's.
"""

from expectations.rule import Rule, Severity

YEAR_STARTS = "make_date({year_ending} - 1, 4, 1)"
YEAR_ENDS = "make_date({year_ending}, 3, 31)"

# episodes in the order of the child's life, each with what the one before and the one after say
EPISODES = """(
    select
        e.*,
        row_number() over spells as nth,
        lag(e.dec) over spells as dec_before,
        lag(e.rec) over spells as rec_before,
        lag(e.ls) over spells as ls_before,
        lag(e.cin) over spells as cin_before,
        lag(e.place) over spells as place_before,
        lag(e.place_provider) over spells as provider_before,
        lag(e.urn) over spells as urn_before,
        lag(e.pl_post) over spells as post_before,
        lag(e.reason_place_change) over spells as change_before,
        lead(e.decom) over spells as decom_after,
        lead(e.rne) over spells as rne_after,
        lead(e.place) over spells as place_after
    from {this} as e where e.child is not null and e.decom is not null
    window spells as (partition by e.child order by e.decom, e.dec, e._file, e._record)
)"""

# episodes with the day of birth that the header names
BORN = """(
    select e.*, h.dob from {this} as e
    inner join (select child, min(dob) as dob from {header} group by child) as h on e.child = h.child
)"""


_COLLECTIONS = {"ssda903": "SSDA903", "cin_census": "the CIN census"}


def dfe_rule(
    table: str,
    number: str,
    column: str,
    description: str,
    remedy: str,
    condition: str,
    *,
    records: str = "{this}",
    severity: Severity = "warning",
) -> Rule:
    """A rule of a return or of the census, by its number; `table` as source.table.

    It finds the records `t` of `{this}`, or of a query over it, of which the condition holds.
    """
    query = f"select t._file, t._record, '{column}' as column_name from {records} as t where {condition}"
    return _numbered(table, number, severity, description, remedy, query)


def rule_between_years(
    table: str,
    number: str,
    column: str,
    description: str,
    remedy: str,
    condition: str,
    *,
    records: str = "{this}",
) -> Rule:
    """A rule of a return that needs the one of the year before, by its number; `table` as source.table.

    It finds the records `t` of `{this}`, or of a query over it, of which the condition holds; `{<table>}` is another
    table of this year's return, `{last_<table>}` one of last year's. Its query returns `_record_key`, `person` and
    `column_name`.
    """
    query = f"select t._record_key, t.child as person, '{column}' as column_name from {records} as t where {condition}"
    return _numbered(table, number, "warning", description, remedy, query)


def _numbered(table: str, number: str, severity: Severity, description: str, remedy: str, query: str) -> Rule:
    return Rule(
        f"{table}.rule_{number.lower()}",
        severity,
        f"{description} (rule {number})",
        remedy,
        query,
        source=f"DfE rule {number} of {_COLLECTIONS[table.split('.')[0]]}",
    )
