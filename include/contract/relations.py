"""Tables made from the contract: landing tables as delivered and as read, raw history, code functions."""

import json

from sqlalchemy import BigInteger, Column, Identity, MetaData, SmallInteger, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import DATEMULTIRANGE
from sqlalchemy.schema import CreateTable

from include.contract import expressions
from include.contract.model import Source
from include.contract.model import Table as ContractTable


def landing_name(table: ContractTable, batch_id: int) -> str:
    """Name, in schema landing, of the table that belongs to one batch."""
    return f"{table.raw_name}_{batch_id}"


# a table that lives for minutes: whoever drops it would wait for a vacuum that has just begun
_SHORT_LIVED = "with (autovacuum_enabled = false)"


def landing_table(table: ContractTable, batch_id: int) -> str:
    """DDL of an all-text landing table whose rows number their records and know their file.

    Unlogged: a landing table can always be landed again, and is where the server stopped at once.
    """
    made = Table(
        landing_name(table, batch_id),
        MetaData(schema="landing"),
        Column("_file", SmallInteger, nullable=False),
        Column("_record", BigInteger, Identity(always=False), nullable=False),
        *(Column(column.name, Text) for column in table.landed_columns),
        prefixes=["UNLOGGED"],
    )
    return f"{CreateTable(made).compile(dialect=_dialect())} {_SHORT_LIVED}"


def landing_dropped(source: Source, batch_id: int) -> list[str]:
    """DDL that drops what a batch has in landing: its tables, as delivered and as read, and its failing records."""
    return [
        *(statement for table in source.tables for statement in table_dropped(table, batch_id)),
        f"drop table if exists landing.failure_{batch_id}",
    ]


def table_dropped(table: ContractTable, batch_id: int) -> list[str]:
    """DDL that drops one landing table, as delivered and as read."""
    return [
        f"drop table if exists landing.{typed_name(table, batch_id)}",
        f"drop table if exists landing.{landing_name(table, batch_id)}",
    ]


def typed_name(table: ContractTable, batch_id: int) -> str:
    """Name, in schema landing, of the table that holds one batch's records as they are read."""
    return f"{landing_name(table, batch_id)}_typed"


def typed_table(table: ContractTable, batch_id: int) -> str:
    """Statement that makes the typed table of a filled landing table: its `reading`, kept.

    A table and no view: gate 1 asks several times, and recording once more, for what costs seconds to read. Unlogged,
    as the landing table is.
    """
    return f"create unlogged table landing.{typed_name(table, batch_id)} {_SHORT_LIVED} as\n{reading(table, batch_id)}"


def reading(table: ContractTable, batch_id: int) -> str:
    """Query that reads a filled landing table, every text of it.

    One row per landed record: `_file`, `_record`, `_record_key`, `_version`; every landed column in its own type; the
    normal texts that history keeps, as `_normal_<column>`; and `_unreadable`, the names of the columns whose text can't
    be read.
    """
    landed = table.landed_columns
    read = ",\n    ".join(
        f"{expressions.typed(column)} as {column.name}, {column.name} as _raw_{column.name}" for column in landed
    )
    normal = ",\n    ".join(
        f"{column.name}, {expressions.normal(column)} as {expressions.normal_name(column)}" for column in landed
    )
    checks = ", ".join(
        f"case when {column.name} is null and {expressions.normal_name(column)} is not null then '{column.name}' end"
        for column in landed
        if expressions.can_be_unreadable(column)
    )
    shown = ", ".join(f"{column.name}, {expressions.normal_name(column)}" for column in landed)
    # offset 0: each text is read once, not once for every place that uses it
    return (
        f"select _file, _record, {expressions.record_key(table)} as _record_key,\n"
        f"  {expressions.version(table)} as _version,\n"
        f"  array_remove(array[{checks}]::text[], null) as _unreadable,\n  {shown}\n"
        f"from (select _file, _record,\n    {normal}\n  from (select _file, _record,\n    {read}\n"
        f"    from landing.{landing_name(table, batch_id)} offset 0) as read offset 0) as read"
    )


def raw_table(table: ContractTable) -> str:
    """DDL of a table of recorded history (design: one row per version of a record and slice)."""
    made = Table(
        table.raw_name,
        MetaData(schema="raw"),
        Column("_slice", Text, primary_key=True),
        Column("_record_key", Text, primary_key=True),
        Column("_version", Uuid, primary_key=True),
        Column("_recorded", DATEMULTIRANGE, nullable=False),
        *(Column(column.name, Text) for column in table.recorded_columns),
    )
    return str(CreateTable(made, if_not_exists=True).compile(dialect=_dialect()))


def raw_table_altered(table: ContractTable) -> list[str]:
    """DDL that brings an existing raw table up to date: it gains the columns its contract gained, and never loses one.

    A version is written twice in its life, when it begins and when it ends. Half of each page is left free for the
    second, which then needs no new entry in the index: a third of the time.
    """
    return [f"alter table raw.{table.raw_name} set (fillfactor = 50)"] + [
        f"alter table raw.{table.raw_name} add column if not exists {column.name} text"
        for column in table.recorded_columns
    ]


def raw_comments(table: ContractTable) -> list[str]:
    """DDL that puts the contract's descriptions on a raw table and its columns."""
    quoted = {column.name: column.description.replace("'", "''") for column in table.recorded_columns}
    about = table.description.replace("'", "''")
    return [f"comment on table raw.{table.raw_name} is '{about} Every version of it, and when it was said.'"] + [
        f"comment on column raw.{table.raw_name}.{name} is '{text}'" for name, text in quoted.items()
    ]


def code_functions(source: Source, lists: dict[str, dict[str, str]]) -> list[str]:
    """DDL of `safe.as_code_<list>(text)` for each code list a source uses: spelling → code, null when unknown.

    A constant inside the function: a look-up table would cost a query a row. Of a list that some column has in words,
    `safe.as_code_<list>_in_words(text)` besides: the text as it stands, without the letter that numbers it on a form
    ("b) Female"), or the code that it begins with ("C2: full care order", "a) N1 - abuse or neglect").
    """
    in_words = {column.codes for table in source.tables for column in table.columns if column.in_words}
    used = sorted({column.codes for table in source.tables for column in table.columns if column.codes})
    statements = []
    for name in used:
        spellings = json.dumps(lists.get(name, {}), sort_keys=True, ensure_ascii=False).replace("'", "''")
        statements.append(
            f"create or replace function safe.as_code_{name}(raw text) returns text\n"
            "language sql immutable parallel safe\n"
            f"return ('{spellings}'::jsonb) ->> lower(safe.as_text(raw))"
        )
        if name in in_words:
            statements.append(
                f"create or replace function safe.as_code_{name}_in_words(raw text) returns text\n"
                "language sql immutable parallel safe\n"
                f"return coalesce(safe.as_code_{name}(raw), safe.as_code_{name}(safe.without_letter(raw)),\n"
                f"  safe.as_code_{name}(safe.first_of_words(raw)))"
            )
    return statements


def _dialect():
    from sqlalchemy.dialects import postgresql

    return postgresql.dialect()
