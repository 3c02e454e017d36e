"""SQL expressions derived from the contract: what a landed text means, what identifies a record.

Every expression stands over the all-text columns of a landing table (or of raw history) and calls the safe
casts of `include/warehouse/casts.sql`. Column names come from the contract, never from a file.
"""

from include.contract.model import Column, Table

CAST = {
    "date": "safe.as_date",
    "timestamp": "safe.as_timestamp",
    "integer": "safe.as_integer",
    "numeric": "safe.as_numeric",
    "id": "safe.as_id",
    "figure": "safe.as_figure",
}
NORMAL = {
    "date": "safe.normal_date",
    "timestamp": "safe.normal_timestamp",
    "integer": "safe.normal_integer",
    "numeric": "safe.normal_numeric",
}
UNKNOWN_CODE = "?"


def typed(column: Column) -> str:
    """The column's value in its own type; null where the text can't be read."""
    if column.kind == "code" and column.in_words:
        return f"safe.as_code_{column.codes}_in_words({column.name})"
    if column.kind == "code":
        return f"safe.as_code_{column.codes}({column.name})"
    return f"{CAST.get(column.kind, 'safe.as_text')}({column.name})"


def normal(column: Column) -> str:
    """The text that recorded history keeps: trimmed, dates ISO, numbers without trailing zeros, empty as null.

    Over the column as it was read and its text as it was landed, `_raw_<column>`: what was read has its normal text
    already; only where it was not is the landed text looked at again.
    """
    if not can_be_unreadable(column):
        return column.name
    landed_text = f"{NORMAL.get(column.data_type, 'safe.as_text')}(_raw_{column.name})"
    if column.kind == "id" or column.data_type in ("date", "integer", "numeric"):
        return f"coalesce({column.name}::text, {landed_text})"
    return landed_text


def can_be_unreadable(column: Column) -> bool:
    """Can a text of this column fail to be read at all?"""
    return column.kind == "code" or column.kind in CAST


def _key_part(column: Column) -> str:
    # a code is part of some keys: an unknown one must not lose the record, nor bring free text into a key
    if column.kind == "code":
        return f"coalesce({column.name}, '{UNKNOWN_CODE}')"
    return f"{column.name}::text"


def record_key(table: Table) -> str:
    """What identifies a record: its key, else the stand-in its contract names (marked ~), else null.

    Over typed columns: made of read ids, days and codes only, joined by |, which none of them can hold.
    """
    own = " || '|' || ".join(_key_part(table.column(name)) for name in table.key)
    if not table.stand_in_key:
        return own
    stand_in = " || '|' || ".join(_key_part(table.column(name)) for name in table.stand_in_key)
    return f"coalesce({own}, '~' || {stand_in})"


def version(table: Table) -> str:
    """Hash of the non-empty recorded columns by name, over their normal texts as `normal_name` names them.

    A column that comes empty, or new, changes nothing; nor does another spelling of the same day or number.
    """
    parts = ", ".join(
        f"'{column.name}:' || length({normal_name(column)}) || ':' || {normal_name(column)}"
        for column in sorted(table.recorded_columns, key=lambda column: column.name)
    )
    return f"md5(concat_ws('', {parts}))::uuid"


def normal_name(column: Column) -> str:
    """Name, in a typed table, of the column that holds the normal text."""
    return f"_normal_{column.name}"
