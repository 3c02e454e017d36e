"""From numbers and codes to the texts of a CSV file: column by column, never record by record."""

import io
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from include.contract.model import Column, Table
from include.sample.days import NEVER, as_dates, day
from include.sample.writing.dialects import Dialect

_FIRST_DAY, _LAST_DAY = day("1900-01-01"), day("2060-01-01")
_TENTHS = 10
_BLOCK = 400_000


def as_texts(
    table: Table,
    columns: Mapping[str, np.ndarray | pd.Categorical],
    prefixes: Mapping[str, str],
    dialect: Dialect,
) -> pa.Table:
    """A table as its file shows it: the contract's columns in their order, all text, null where there is nothing."""
    count = max((len(values) for values in columns.values()), default=0)
    arrays = []
    for column in table.columns:
        if column.name not in columns:
            arrays.append(pa.nulls(count, pa.string()))
        else:
            arrays.append(_text(columns[column.name], column, prefixes.get(column.name, ""), dialect))
    return pa.table(arrays, names=[column.name for column in table.columns])


def as_frame(texts: pa.Table) -> pd.DataFrame:
    """The same with empty texts for nulls, to be changed record by record."""
    return texts.to_pandas().fillna("").astype(object)


def csv_blocks(
    table: Table, columns: Mapping[str, np.ndarray | pd.Categorical], prefixes: Mapping[str, str], dialect: Dialect
) -> Iterator[bytes]:
    """The file of a table in a dialect, header first, a block of records at a time."""
    quoting = _quoting(columns, dialect)
    count = max((len(values) for values in columns.values()), default=0)
    yield _header([column.name for column in table.columns], dialect)
    for begins in range(0, count, _BLOCK):
        block = {name: values[begins : begins + _BLOCK] for name, values in columns.items()}
        yield _csv(as_texts(table, block, prefixes, dialect), quoting, dialect)


def frame_bytes(frame: pd.DataFrame, dialect: Dialect) -> bytes:
    """The file of texts that were changed record by record."""
    arrays = [pa.array([text or None for text in frame[name]], pa.string()) for name in frame]
    quoting = _quoting({name: frame[name].to_numpy() for name in frame}, dialect)
    return _header(list(frame), dialect) + _csv(pa.table(arrays, names=list(frame)), quoting, dialect)


def _quoting(columns: Mapping[str, np.ndarray | pd.Categorical], dialect: Dialect) -> str:
    """Whether the texts of a file stand in quotes: where one of its columns may need them."""
    if dialect.quote_all:
        return "all_valid"
    special = set(f'"\r\n{dialect.delimiter}')
    for values in columns.values():
        texts = values.categories if isinstance(values, pd.Categorical) else values if values.dtype == object else ()
        if any(special & set(text) for text in texts):
            return "needed"
    return "none"


def _header(names: Sequence[str], dialect: Dialect) -> bytes:
    texts = (f'"{name}"' if dialect.quote_all else name for name in names)
    return dialect.byte_order_mark + dialect.delimiter.join(texts).encode() + dialect.line_end


def _csv(texts: pa.Table, quoting: str, dialect: Dialect) -> bytes:
    buffer = io.BytesIO()
    options = pa.csv.WriteOptions(include_header=False, delimiter=dialect.delimiter, quoting_style=quoting)
    pa.csv.write_csv(texts, buffer, options)
    return buffer.getvalue().replace(b"\n", dialect.line_end)


def _text(values: np.ndarray | pd.Categorical, column: Column, prefix: str, dialect: Dialect) -> pa.Array:
    if isinstance(values, pd.Categorical):
        codes = pa.array(values.codes.astype(np.int32), mask=values.codes < 0)
        return pc.take(pa.array(list(values.categories), pa.string()), codes)
    if column.data_type == "date":
        if values.dtype != np.int32:
            raise TypeError(f"{column.name}: days are 32-bit numbers, other whole numbers have 64")
        places = values.astype(np.int64) - _FIRST_DAY
        known = (values < NEVER) & (values >= _FIRST_DAY) & (values < _LAST_DAY)
        return pc.take(_days(dialect.date_format), pa.array(np.where(known, places, 0), mask=~known))
    if values.dtype == object:
        return pa.array([text or None for text in values], pa.string())
    none = values < 0
    if column.data_type == "timestamp":
        return pc.strftime(pa.array(np.where(none, 0, values), pa.timestamp("s"), mask=none), "%Y-%m-%d %H:%M:%S")
    if column.data_type == "numeric":
        whole = pc.cast(pa.array(values // _TENTHS, mask=none), pa.string())
        return pc.binary_join_element_wise(whole, pc.cast(pa.array(values % _TENTHS), pa.string()), ".")
    texts = pc.cast(pa.array(np.asarray(values, dtype=np.int64), mask=none), pa.string())
    return pc.binary_join_element_wise(prefix, texts, "") if prefix else texts


@cache
def _days(date_format: str) -> pa.Array:
    """Every day from 1900 to 2060 as text."""
    days = np.datetime_as_string(as_dates(np.arange(_FIRST_DAY, _LAST_DAY)))
    if date_format == "DD/MM/YYYY":
        days = [f"{text[8:]}/{text[5:7]}/{text[:4]}" for text in days]
    elif date_format == "YYYY-MM-DD 00:00:00":
        days = [f"{text} 00:00:00" for text in days]
    return pa.array(list(days), pa.string())
