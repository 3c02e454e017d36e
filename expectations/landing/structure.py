"""The structural rules of a landed table, derived from its contract: one query finds all of their failures.

Critical: a record without key, without person, without anything that can be dated, or whose key stands on records
that differ. Warning: a value that can't be read, a required value that is empty, an id that stands for no record of the
same source.
"""

from collections.abc import Collection

from expectations.rule import Rule
from include.contract.codes import codes_not_of_year, has_years
from include.contract.expressions import can_be_unreadable
from include.contract.model import Column, Table, source

_CASE_SYSTEM = "Correct it in the case system, or declare the spelling in the contract"


def structural_rules(table: Table) -> list[Rule]:
    """Every structural rule of a table, by id. Their queries are parts of `structural_query`."""
    name = table.full_name
    rules = [
        Rule(
            f"{name}.key.missing",
            "critical",
            f"A record has neither its key ({', '.join(table.key)}) nor what may stand in for it",
            "Give the record its id in the source, or have the extract write it",
            "",
        ),
    ]
    if _more_than_its_key(table):
        rules.append(
            Rule(
                f"{name}.key.repeated",
                "critical",
                f"Records that differ have the same key ({', '.join(table.key)})",
                "Leave one of the records in the source; until then the last good one is shown",
                "",
            )
        )
    if _needs_person(table):
        rules.append(
            Rule(
                f"{name}.person.missing",
                "critical",
                f"A record names no person ({table.person})",
                "Give the record its child in the source",
                "",
            )
        )
    if table.dated_by:
        rules.append(
            Rule(
                f"{name}.date.missing",
                "critical",
                f"Nothing dates the record ({', '.join(table.dated_by)})",
                "Enter the date in the source",
                "",
            )
        )
    for column in table.landed_columns:
        if can_be_unreadable(column):
            rules.append(
                Rule(
                    f"{name}.{column.name}.unreadable",
                    "warning",
                    f"{column.name} can't be read as {_expected(column)}; it is shown as not recorded",
                    _CASE_SYSTEM,
                    "",
                )
            )
        if column in _columns_of_years(table):
            rules.append(
                Rule(
                    f"{name}.{column.name}.not_of_year",
                    "warning",
                    f"{column.name} has a code that returns of that year do not have",
                    "Correct the code, or the years of the code list",
                    "",
                    source=f"contract of {table.source}: the years of its code lists",
                )
            )
        if _may_not_be_empty(table, column):
            rules.append(Rule(f"{name}.{column.name}.empty", "warning", f"{column.name} is empty", _CASE_SYSTEM, ""))
    for column in _columns_that_refer(table):
        rules.append(
            Rule(
                f"{name}.{column.name}.refers_to_nothing",
                "warning",
                f"{column.name} stands for no record of {table.source}.{column.refers_to.table}",
                "Correct the id, or enter the record that it stands for; where the source has it, have it delivered",
                "",
                source=f"contract of {table.source}: what its ids stand for",
            )
        )
    return rules


def structural_query(table: Table, year_ending: int | None = None, filled: Collection[str] = ()) -> str:
    """One query over a table's typed table `{this}`: `_file`, `_record`, `rule_id`, `column_name`, a row a failure.

    `year_ending` of a return decides which codes it may have. `filled` names the tables of which the batch has records:
    only what is there can be referred to.
    """
    name = table.full_name
    parts = [f"select '{name}.key.missing' as rule_id, '' as column_name where _record_key is null"]
    if _more_than_its_key(table):
        parts.append(
            f"select '{name}.key.repeated', '' where _record_key is not null and _first_version <> _last_version"
        )
    if _needs_person(table):
        parts.append(f"select '{name}.person.missing', '{table.person}' where {table.person} is null")
    if table.dated_by:
        nothing = " and ".join(f"{column} is null" for column in table.dated_by)
        parts.append(f"select '{name}.date.missing', '' where {nothing}")
    parts.append(f"select '{name}.' || u || '.unreadable', u from unnest(_unreadable) as u")
    parts += [
        f"select '{name}.{column.name}.not_of_year', '{column.name}' where {column.name} in ({_quoted(codes)})"
        for column in _columns_of_years(table)
        if year_ending and (codes := codes_not_of_year(column.codes, year_ending))
    ]
    parts += [
        f"select '{name}.{column.name}.empty', '{column.name}' "
        f"where {column.name} is null and not '{column.name}' = any(_unreadable)"
        for column in table.landed_columns
        if _may_not_be_empty(table, column)
    ]
    of_records = (
        "select _file, _record, rule_id, column_name from (select t.*, "
        "min(_version::text) over (partition by _record_key) as _first_version, "
        "max(_version::text) over (partition by _record_key) as _last_version from {this} as t) as t "
        f"cross join lateral ({' union all '.join(parts)}) as failing"
    )
    # each a join of its own: it hashes, whatever the size of the other table
    references = [
        _reference_query(table, column) for column in _columns_that_refer(table) if column.refers_to.table in filled
    ]
    return " union all ".join([of_records, *references])


def file_rule(table: Table) -> Rule | None:
    """The rule that a delivery has a file of a table that may be missing; the batch's files decide it, not a query.

    Where the table may not be missing, a delivery without its file is refused before it is landed. What comes
    occasionally comes file by file: none of them is missed.
    """
    if not table.may_be_missing or source(table.source).cadence == "occasional":
        return None
    return Rule(
        f"{table.full_name}.file.missing",
        "warning",
        "The delivery has no file of it: what was delivered last still stands",
        "Have it delivered; where there are no records, its header alone",
        "",
        owner="data engineer",
        scope="table",
        source=f"contract of {table.source}: a file that may be missing",
    )


def _needs_person(table: Table) -> bool:
    """Some records may name their child later (Mind of My Own): only a required person is missed."""
    return table.person is not None and (table.person in table.key or table.column(table.person).required)


def _more_than_its_key(table: Table) -> bool:
    """Records of the same key can differ only in other columns."""
    return any(column.name not in table.key for column in table.recorded_columns)


def _columns_that_refer(table: Table) -> tuple[Column, ...]:
    """Columns whose id stands for a record of the same source, where both are delivered."""
    tables = source(table.source)
    return tuple(
        column
        for column in table.landed_columns
        if column.refers_to and tables.table(column.refers_to.table).column(column.refers_to.column).stored
    )


def _reference_query(table: Table, column: Column) -> str:
    """Records of `{this}` whose column stands for nothing, but where that may have left the extract's window."""
    to = column.refers_to
    window = source(table.source).table(to.table).window
    in_sight = ""
    if to.until and window:
        in_sight = (
            f" and (t.{to.until} is null or t.{to.until} >= "
            f"{{batch_date}} - interval '{window.years} years' + interval '{window.margin_days} days')"
        )
    return (
        f"select t._file, t._record, '{table.full_name}.{column.name}.refers_to_nothing', '{column.name}' "
        f"from {{this}} as t where t.{column.name} is not null{in_sight} "
        f"and not exists (select from {{{to.table}}} as r where r.{to.column} = t.{column.name})"
    )


def _columns_of_years(table: Table) -> tuple[Column, ...]:
    """Columns of a return with a list whose codes came or went in some year."""
    if source(table.source).slice != "return_year":
        return ()
    return tuple(c for c in table.landed_columns if c.codes and has_years(c.codes))


def _quoted(codes: tuple[str, ...]) -> str:
    return ", ".join(f"'{code}'" for code in codes)


def _may_not_be_empty(table: Table, column: Column) -> bool:
    covered = {*table.key, table.person} | (set(table.dated_by) if len(table.dated_by) == 1 else set())
    return column.required and column.name not in covered


def _expected(column: Column) -> str:
    if column.kind == "code":
        return f"a code of the list {column.codes}"
    return {
        "id": "an id",
        "date": "a day",
        "timestamp": "a moment",
        "integer": "a whole number",
        "figure": "a number, or a symbol in the place of one",
    }.get(column.kind, "a number")
