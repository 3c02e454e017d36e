"""The contract as Python values: sources, their tables, their columns.

Read from `dbt_project/models/staging/<source>/_<source>__sources.yml`; a case system's profile
(`include/contract/profiles/`) adds what differs in its own ssd extract.
"""

import hashlib
import re
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import yaml

from include.settings import PROJECT, settings

STAGING = PROJECT / "dbt_project" / "models" / "staging"
PROFILES = Path(__file__).parent / "profiles"

_SPACES = re.compile(r"[\s\u00a0\u2007\u202f\ufeff]+")
_STRAIGHT = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")


class ContractError(Exception):
    """The contract itself, or what was asked of it, is wrong."""


def header_name(spelling: str) -> str:
    """A header as it is compared: lower case, no BOM, straight quotes, runs of (no-break) spaces as one, trimmed."""
    return _SPACES.sub(" ", spelling.translate(_STRAIGHT)).strip().lower()


def year_ending(slice_: str) -> int:
    """The year in which a return ends, by its slice: 2024 of 2023/24."""
    return int(slice_[:4]) + 1


def slice_of_year(begins: int) -> str:
    """The slice of the return year that begins in that year: 2023/24 of 2023."""
    return f"{begins}/{(begins + 1) % 100:02d}"


@dataclass(frozen=True)
class Reference:
    """What an id of a record stands for: a record of `table` with this id in its own `column`.

    The table is of the same source, and gate 1 looks for the record; or of another `source`, and gate 2 does, where
    both have come. `until` is the column that says up to which day the record was needed: where that lies out of the
    other table's window, it need no longer be there.
    """

    table: str
    column: str
    until: str | None = None
    source: str | None = None


@dataclass(frozen=True)
class Window:
    """An extract shows records of a table only for so many years after their `date`, give or take a few days."""

    date: str
    years: float
    margin_days: int = 7


@dataclass(frozen=True)
class Column:
    """A column of an export. `kind` says what a text may hold: id, code, name, postcode, figure, text …

    `in_words`: a code may stand among the words of a form, as `safe.as_code_<list>_in_words` finds it. `xml`: where its
    value stands in a document of the source, seen from the element that is a record.
    """

    name: str
    data_type: str
    description: str
    kind: str = "text"
    codes: str | None = None
    aliases: tuple[str, ...] = ()
    required: bool = False
    stored: bool = True
    volatile: bool = False
    in_words: bool = False
    xml: str | None = None
    # says what must be found, not how a record is read: no part of the fingerprint
    refers_to: Reference | None = field(default=None, repr=False)

    @property
    def recorded(self) -> bool:
        """Is the column part of recorded history?"""
        return self.stored and not self.volatile


@dataclass(frozen=True)
class Owner:
    """The records that a record without a person belongs to: those of `table` whose `of` is its own `column`."""

    table: str
    column: str
    of: str


@dataclass(frozen=True)
class Document:
    """A file that holds several tables of a source: a workbook with a sheet each, or XML with an element each record.

    `child` is the element of one child, read and forgotten before the next one; `year_of` where the document says on
    which day its return year ends, seen from an element that stands before the first child.
    """

    format: str
    file: str
    child: str | None = None
    year_of: str | None = None

    def matches(self, file_name: str) -> re.Match[str] | None:
        """The match of a file's name with the pattern of such documents, whatever its case."""
        return re.fullmatch(self.file, file_name, re.IGNORECASE)


@dataclass(frozen=True)
class Table:
    """A table of a source: what its file is called, what identifies a record, how its slices are read.

    `sheet` and `xml` say where it stands in a document; `from_year` is the first return year that has it (the one that
    ends in that year).
    """

    source: str
    name: str
    description: str
    file: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    stand_in_key: tuple[str, ...] = ()
    person: str | None = None
    dated_by: tuple[str, ...] = ()
    may_be_empty: bool = False
    may_be_missing: bool = False
    combine: str = "latest_slice"
    sheet: str | None = None
    xml: str | None = None
    from_year: int | None = None
    # says of whom a record is where it names no person, not how it is read: no part of the fingerprint
    belongs_to: Owner | None = field(default=None, repr=False)
    # whose records are counted apart, not how they are read
    team: str | None = field(default=None, repr=False)
    # staging reads records out of sight by it
    window: Window | None = field(default=None, repr=False)

    @property
    def raw_name(self) -> str:
        """Name of the table of recorded history in schema raw."""
        return f"{self.source}_{self.name}"

    @property
    def full_name(self) -> str:
        """Name as people write it: source.table."""
        return f"{self.source}.{self.name}"

    @property
    def landed_columns(self) -> tuple[Column, ...]:
        """Columns that may reach a landing table."""
        return tuple(column for column in self.columns if column.stored)

    @property
    def recorded_columns(self) -> tuple[Column, ...]:
        """Columns that recorded history keeps, and a version's hash is made of."""
        return tuple(column for column in self.columns if column.recorded)

    @property
    def counted_by_team(self) -> bool:
        """Does the table name the team that a record is of, and is that column kept of the case system's extract?"""
        return self.team is not None and self.column(self.team).stored

    @property
    def required_headers(self) -> frozenset[str]:
        """Columns without which a file is refused: the required ones and those of the key."""
        return frozenset(c.name for c in self.columns if c.required) | frozenset(self.key)

    def column(self, name: str) -> Column:
        """The column of that name. Raises ContractError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise ContractError(f"{self.full_name} has no column {name}")

    def column_of_header(self, spelling: str) -> Column | None:
        """The column a header means, by name or declared alias; None for a header the contract doesn't know."""
        return self._headers.get(header_name(spelling))

    @property
    def _headers(self) -> dict[str, Column]:
        return _headers_of(self)

    def is_in(self, slice_: str) -> bool:
        """Do returns of that slice (2023/24) have the table?"""
        return self.from_year is None or year_ending(slice_) >= self.from_year

    def matches(self, file_name: str) -> re.Match[str] | None:
        """The match of a file's name with this table's pattern, whatever its case."""
        return re.fullmatch(self.file, file_name, re.IGNORECASE)


@dataclass(frozen=True)
class Source:
    """A source: how it comes (cadence), when it is missed, and what one batch of it speaks for (slice)."""

    name: str
    description: str
    cadence: str
    slice: str
    tables: tuple[Table, ...] = field(default=())
    document: Document | None = None
    # says when somebody is told, not how it is read: no part of the fingerprint
    late_after_days: int | None = field(default=None, repr=False)
    # which of its tables names every child of a delivery, not how it is read: no part of the fingerprint
    children: str | None = field(default=None, repr=False)

    def table(self, name: str) -> Table:
        """The table of that name. Raises ContractError when there is none."""
        for table in self.tables:
            if table.name == name:
                return table
        raise ContractError(f"source {self.name} has no table {name}; it has {', '.join(t.name for t in self.tables)}")

    @property
    def fingerprint(self) -> str:
        """sha256 of everything that decides how a batch of this source is read."""
        return hashlib.sha256(repr(self).encode()).hexdigest()


@cache
def _headers_of(table: Table) -> dict[str, Column]:
    headers: dict[str, Column] = {}
    for column in table.columns:
        for spelling in (column.name, *column.aliases):
            known = headers.setdefault(header_name(spelling), column)
            if known is not column:
                raise ContractError(f"{table.full_name}: header {spelling!r} means both {known.name} and {column.name}")
    return headers


def _column(entry: dict) -> Column:
    meta = entry.get("config", {}).get("meta", {})
    return Column(
        name=entry["name"],
        data_type=entry["data_type"],
        description=entry["description"],
        kind=meta.get("kind", "text" if entry["data_type"] == "text" else entry["data_type"]),
        codes=meta.get("codes"),
        aliases=tuple(meta.get("aliases", ())),
        required=meta.get("required", False),
        stored=meta.get("store") != "never",
        volatile=meta.get("volatile", False),
        in_words=meta.get("in_words", False),
        xml=meta.get("xml"),
        refers_to=Reference(**meta["refers_to"]) if "refers_to" in meta else None,
    )


def _table(source: str, entry: dict) -> Table:
    meta = entry["config"]["meta"]
    table = Table(
        source=source,
        name=entry["name"],
        description=entry["description"],
        file=meta["file"],
        columns=tuple(_column(column) for column in entry["columns"]),
        key=tuple(meta["key"]),
        stand_in_key=tuple(meta.get("stand_in_key", ())),
        person=meta.get("person"),
        dated_by=tuple(meta.get("dated_by", ())),
        may_be_empty=meta.get("may_be_empty", False),
        may_be_missing=meta.get("may_be_missing", False),
        combine=meta.get("combine", "latest_slice"),
        sheet=meta.get("sheet"),
        xml=meta.get("xml"),
        from_year=meta.get("from_year"),
        team=meta.get("team"),
        window=Window(**meta["window"]) if "window" in meta else None,
    )
    if belongs_by := meta.get("belongs_to"):
        referred = table.column(belongs_by).refers_to
        if referred is None or referred.source:
            raise ContractError(f"{table.full_name} belongs to what {belongs_by} refers to: say refers_to there")
        table = replace(table, belongs_to=Owner(referred.table, belongs_by, referred.column))
    for name in (*table.key, *table.stand_in_key, *table.dated_by, *([table.person] if table.person else [])):
        table.column(name)
    if table.team and table.column(table.team).kind != "id":
        raise ContractError(f"{table.full_name}: {table.team} is no id; a team is counted by its id, never by its name")
    return table


def _prove_references(found: dict[str, Source]) -> None:
    """Raises ContractError for a reference to what is not there, or may have come in another delivery."""
    for of in found.values():
        if of.children and not of.table(of.children).person:
            raise ContractError(f"{of.name}.{of.children} is to name the children of a delivery, and has no person")
        for table in of.tables:
            for column in table.columns:
                if not (to := column.refers_to):
                    continue
                if to.source is None and of.slice == "period":
                    raise ContractError(f"{table.full_name}.{column.name}: its record may stand in an earlier delivery")
                if to.source is not None and to.source not in found:
                    raise ContractError(f"{table.full_name}.{column.name} refers to no source: {to.source}")
                found[to.source or of.name].table(to.table).column(to.column)
                if to.until:
                    table.column(to.until)


_PROFILE_KEYS = {"aliases", "says_nothing", "not_supplied", "natural_key"}


def _with_profile(source: Source, profile: dict) -> Source:
    """The source as one case system writes it.

    Of a table a profile says: `aliases`, more spellings of headers; `says_nothing`, columns that are filled but always
    with the same, or with something else: dropped while the file is read, so that nobody takes them at their word;
    `not_supplied`, columns that may be empty without a warning; `natural_key`, what identifies a record where its key
    is made anew each run. Raises ContractError for a table, a column or a word of the profile that is unknown.
    """
    tables = {table.name: table for table in source.tables}
    for name, differs in profile.get("tables", {}).items():
        if name not in tables:
            raise ContractError(f"profile: source {source.name} has no table {name}")
        tables[name] = _table_with_profile(tables[name], differs)
    return replace(source, tables=tuple(tables.values()))


def _table_with_profile(table: Table, differs: dict) -> Table:
    if unknown := set(differs) - _PROFILE_KEYS:
        raise ContractError(f"profile: {table.full_name}: unknown {', '.join(sorted(unknown))}")
    named = {name for key in _PROFILE_KEYS for name in differs.get(key, ())}
    if unknown := named - {column.name for column in table.columns}:
        raise ContractError(f"profile: {table.full_name} has no column {', '.join(sorted(unknown))}")
    natural_key = tuple(differs.get("natural_key", ()))
    key = natural_key or table.key
    says_nothing, not_supplied = set(differs.get("says_nothing", ())), set(differs.get("not_supplied", ()))
    if needed := (says_nothing | not_supplied) & {*key, table.person}:
        raise ContractError(f"profile: {table.full_name} stands on {', '.join(sorted(needed))}")
    replaced = set(table.key) if natural_key else set()
    columns = tuple(
        replace(
            column,
            aliases=column.aliases + tuple(differs.get("aliases", {}).get(column.name, ())),
            volatile=column.volatile or column.name in replaced,
            required=column.required and column.name not in replaced | says_nothing | not_supplied,
            stored=column.stored and column.name not in says_nothing,
        )
        for column in table.columns
    )
    return replace(table, columns=columns, key=key)


@cache
def sources() -> dict[str, Source]:
    """Every source by name, with the profile of the setting `case_system` applied to ssd.

    Raises ContractError naming what is wrong with a source's YAML.
    """
    found = {}
    for path in sorted(STAGING.glob("*/_*__sources.yml")):
        for entry in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)["sources"]:
            meta = entry.get("config", {}).get("meta", {})
            if "cadence" not in meta:
                continue  # not an export: tables the warehouse keeps about itself
            found[entry["name"]] = Source(
                name=entry["name"],
                description=entry["description"],
                cadence=meta["cadence"],
                slice=meta["slice"],
                tables=tuple(_table(entry["name"], table) for table in entry["tables"]),
                document=Document(**meta["document"]) if "document" in meta else None,
                late_after_days=meta.get("late_after_days"),
                children=meta.get("children"),
            )
    _prove_references(found)
    profile = (
        yaml.load((PROFILES / f"{settings().case_system}.yml").read_text(encoding="utf-8"), yaml.CSafeLoader) or {}
    )
    found["ssd"] = _with_profile(found["ssd"], profile)
    return found


def source(name: str) -> Source:
    """The source of that name. Raises ContractError when the contract knows none."""
    try:
        return sources()[name]
    except KeyError:
        raise ContractError(f"no source {name!r}; the contract knows {', '.join(sorted(sources()))}") from None
