"""Stories for the oracle of recorded history: which tables are studied, and what may happen to their batches."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from hypothesis import strategies as st

from tests.deliveries import LEAST

FIRST = date(2026, 3, 1)
# the days on which history is asked: before, between and after the batches
DAYS = [FIRST + timedelta(days=number) for number in range(7)]


@dataclass(frozen=True)
class Study:
    """A table under study: its key's values, its columns beside the key, how it is read, its records that stay put."""

    source: str
    table: str
    key: str
    columns: tuple[str, ...]
    each_slice: bool = False
    fixed: dict = field(default_factory=dict, hash=False)

    def row(self, key: str | None, values: tuple) -> dict[str, str]:
        """A record as it is delivered."""
        filled = dict(zip(self.columns, (value or "" for value in values), strict=True))
        return LEAST.get(self.table, {}) | self.fixed | filled | {self.key: key or ""}


PERSON = Study("ssd", "person", "pers_person_id", ("pers_sex",))
STATUS = Study(
    "ssd",
    "legal_status",
    "lega_legal_status_id",
    ("lega_person_id", "lega_legal_status", "lega_legal_status_end_date"),
    fixed={"lega_legal_status_start_date": "2019-05-01"},
)
# a table whose file need not come: a batch without it says nothing of it
MISSING = Study(
    "ssd",
    "missing",
    "miss_table_id",
    ("miss_missing_episode_end_date",),
    fixed={"miss_person_id": "F1", "miss_missing_episode_start_date": "2020-01-05"},
)
HEADER = Study("ssda903", "header", "child", ("sex",))
EPISODE = Study("ssda903", "episodes", "child", ("ls",), each_slice=True)
STATEMENT = Study(
    "momo",
    "statements",
    "statement_id",
    ("app",),
    fixed={"submitted_at": "2026-01-05 10:00", "scenario": "WELLBEING", "person_id": "S1"},
)
STUDIED = (PERSON, STATUS, MISSING, HEADER, EPISODE, STATEMENT)
KEYS = ("S1", "S2", "S3")
PERIODS = (
    ("2026-01-01", "2026-01-11"),
    ("2026-01-06", "2026-01-16"),
    ("2026-01-11", "2026-01-21"),
    ("2026-01-01", "2026-02-01"),
)
YEARS = (2019, 2020)


def _records(*columns):
    """Strategy: the records of a file of a table, as (key or None, version, spelled another way?)."""
    key = st.one_of(st.sampled_from(KEYS), st.sampled_from((*KEYS, None)))
    return st.lists(st.tuples(key, st.tuples(*map(st.sampled_from, columns)), st.booleans()), max_size=4)


EXTRACT = st.fixed_dictionaries(
    {
        PERSON: _records(("F", "M")),
        STATUS: _records((*KEYS, None), ("C1", "C2"), (None, "2020-03-07", "2020-03-12", "2026-01-05")),
        MISSING: st.one_of(st.none(), _records((None, "2020-03-07", "2026-01-05"))),
    }
)
RETURN = st.fixed_dictionaries({HEADER: _records(("F", "M")), EPISODE: _records(("C1", "C2"))})
STATEMENTS = st.fixed_dictionaries({STATEMENT: _records(("ONE", "EXPRESS"))})
DAY = st.sampled_from(DAYS[1:6])
SLOTS = (
    st.tuples(st.tuples(st.just("ssd"), st.just(None), DAY), EXTRACT),
    st.tuples(st.tuples(st.just("ssda903"), st.sampled_from(YEARS), DAY), RETURN),
    st.tuples(st.tuples(st.just("momo"), st.sampled_from(PERIODS), DAY), STATEMENTS),
)
HOW = st.sampled_from(("whole", "whole", "twice", "landed", "gated", "emptied", "broken"))


@st.composite
def stories(draw):
    """What happens to each batch (source, slice, date) in order, None a withdrawal; and two orders of arrival."""
    happens = defaultdict(list)
    # of one source or two, so that its batches meet
    slots = st.one_of(draw(st.lists(st.sampled_from(SLOTS), min_size=1, max_size=2)))
    for slot, tables in draw(st.lists(slots, min_size=3, max_size=7)):
        happens[slot].append(tables)
        if draw(st.integers(0, 4)) == 0:
            happens[slot].append(None)
    arrivals = [slot for slot, events in happens.items() for _ in events]
    orders = [
        [(slot, draw(HOW)) for slot in draw(st.permutations(arrivals))],
        [(slot, draw(HOW)) for slot in draw(st.permutations(arrivals))],
    ]
    return dict(happens), orders


def slice_of(slot) -> str:
    """The slice a batch (source, return year or period or None, date) speaks for."""
    source, part, _ = slot
    if source == "ssda903":
        return f"{part}/{(part + 1) % 100}"
    return "/".join(part) if part else "all"
