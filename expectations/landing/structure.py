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
    # what is wrong, in which column, when: a record by itself
    wrong = [("key.missing", "", "_record_key is null")]
    if _needs_person(table):
        wrong.append(("person.missing", table.person, f"{table.person} is null"))
    if table.dated_by:
        wrong.append(("date.missing", "", " and ".join(f"{column} is null" for column in table.dated_by)))
    wrong += [
        (f"{column.name}.not_of_year", column.name, f"{column.name} in ({_quoted(codes)})")
        for column in _columns_of_years(table)
        if year_ending and (codes := codes_not_of_year(column.codes, year_ending))
    ]
    wrong += [
        (
            f"{column.name}.empty",
            column.name,
            f"{column.name} is null and not '{column.name}' = any(_unreadable)",
        )
        for column in table.landed_columns
        if _may_not_be_empty(table, column)
    ]
    parts = [
        f"select '{name}.{claim}' as rule_id, '{column}' as column_name where {when}" for claim, column, when in wrong
    ]
    parts.append(f"select '{name}.' || u || '.unreadable', u from unnest(_unreadable) as u")
    # most records have nothing wrong: one look at each, and one for each rule only at the rest
    anything = " or ".join(["cardinality(_unreadable) > 0", *(f"({when})" for _, _, when in wrong)])
    queries = [
        "select _file, _record, rule_id, column_name from {this} as t "
        f"cross join lateral ({' union all '.join(parts)}) as failing where {anything}"
    ]
    if _more_than_its_key(table):
        queries.append(
            f"select t._file, t._record, '{name}.key.repeated', '' from {{this}} as t inner join ("
            "select _record_key from {this} where _record_key is not null group by _record_key "
            "having count(*) > 1 and min(_version::text) <> max(_version::text)) as r on t._record_key = r._record_key"
        )
    # each a join of its own: it hashes, whatever the size of the other table
    queries += [
        _reference_query(table, column) for column in _columns_that_refer(table) if column.refers_to.table in filled
    ]
    return " union all ".join(queries)


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
        if column.refers_to
        and column.refers_to.source is None
        and tables.table(column.refers_to.table).column(column.refers_to.column).stored
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
