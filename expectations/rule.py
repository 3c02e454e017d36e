"""A rule of a gate: what it asks, how grave its failure is, who can put it right, and the query that finds failures."""

import re
from dataclasses import dataclass
from typing import Literal

Severity = Literal["critical", "warning", "info"]
Scope = Literal["row", "table"]

_ID = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+")


@dataclass(frozen=True)
class Rule:
    """One rule.

    `source` says where the rule comes from: a rule of the Department for Education by its number, a regulation, the
    service's definitions, a promise to the reader of the marts, or, by default, the contract it is derived from.
    `query` returns the failing rows and nothing of their content. Gate 1, row rules: `_file`, `_record` and, where
    one column is at fault, `column_name`; `{this}` is the table's typed table, `{<table>}` that of another table of
    the same batch, `{batch_date}` a date literal. Gate 2: `record_key`; `{marts}`, `{intermediate}`, `{staging}` are
    schemas of the build, `{as_at}`, `{known_on}` date literals; `child` names the column of it that holds the child's
    id, if one does. A table rule fails when its query returns any row. A critical row rule of gate 2 that
    `may_be_accepted` stops no publication while a line of the seed accepted_failure accepts each of its keys.
    Raises ValueError for an id that is not dotted lower case.
    """

    id: str
    severity: Severity
    description: str
    remedy: str
    query: str
    owner: str = "performance team"
    scope: Scope = "row"
    source: str = ""
    child: str | None = None
    may_be_accepted: bool = False

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError(f"rule id {self.id!r}: use dotted lower case, source.table.claim")
        if not self.source:
            object.__setattr__(self, "source", f"contract of {self.about}")

    @property
    def about(self) -> str:
        """Name of the source the rule is about, or `marts`: the first part of its id."""
        return self.id.split(".")[0]

    @property
    def table(self) -> str:
        """Name of the table the rule stands on: the second part of its id."""
        return self.id.split(".")[1]
