"""Batches of several sources in any order, repeated, corrected and withdrawn: one history, the same marts.

Drawn by Hypothesis, loaded by the backfill, on a real PostgreSQL. History alone is held against a model of it in
tests/oracle/test_history.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from include.backfill import deliveries_between, load_range, publish_range
from include.history.withdraw import withdraw
from tests import small_project as small
from tests.conftest import warehouse_of
from tests.deliveries import LEAST, deliver
from tests.recorded_history import live_marts, recorded_history

pytestmark = pytest.mark.torture

NIGHTS = (date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31))
# delivered on, and the year in which the return begins; the second is the first, amended
RETURNS = {date(2022, 7, 1): 2021, date(2022, 9, 1): 2021}
SLOTS = (
    *(("ssda903", day) for day in RETURNS),
    *(("ssd", day) for day in NIGHTS),
    *((name, day) for name in ("cssu", "momo") for day in (NIGHTS[0], NIGHTS[-1])),
)
CHILDREN = range(1, 13)  # so many that none of a table's files has shrunk by half, which stops it


@dataclass(frozen=True)
class Content:
    """What a batch says of the children: who is not in it, and whose records are otherwise than they mostly are."""

    gone: frozenset[int]
    other: frozenset[int]
    ended: frozenset[int]
    unreadable: frozenset[int]

    def rows(self, source: str, day: date) -> dict[str, list[dict[str, str]]]:
        """The records of its tables."""
        return getattr(self, f"_of_{source}")([number for number in CHILDREN if number not in self.gone], day)

    def _of_ssd(self, children: Iterable[int], day: date) -> dict[str, list[dict[str, str]]]:
        rows = {"person": [], "cla_episodes": [], "legal_status": []}
        undated = ("clae_cla_episode_start_date", "clae_entered_care_date")
        for n in children:
            ended = {"clae_cla_episode_ceased_date": "2026-01-20", "clae_cla_episode_ceased_reason": "E4A"}
            rows["person"].append(
                LEAST["person"] | {"pers_person_id": f"P{n}", "pers_sex": "M" if n in self.other else "F"}
            )
            rows["cla_episodes"].append(
                LEAST["cla_episodes"]
                | {"clae_cla_episode_id": f"E{n}", "clae_person_id": f"P{n}", "clae_cla_id": f"C{n}"}
                | (ended if n in self.ended else {})
                # nothing dates it: quarantined, the last good version of it stays
                | (dict.fromkeys(undated, "31/02/2025") if n in self.unreadable else {})
            )
            rows["legal_status"].append(
                LEAST["legal_status"]
                | {"lega_legal_status_id": f"L{n}", "lega_person_id": f"P{n}"}
                | {"lega_legal_status": "E1" if n in self.other else "C2"}
            )
        return rows

    def _of_cssu(self, children: Iterable[int], day: date) -> dict[str, list[dict[str, str]]]:
        return {
            "permanence_plan_decisions": [
                {"decision_id": f"D{n}", "person_id": f"P{n}", "cla_id": f"C{n}", "plan_role": "PRIMARY"}
                | {"plan_option": "ADOPTION" if n in self.other else "RETURN6M", "proposed_date": "2025-03-01"}
                | {"agreed_date": "2025-04-01", "ended_date": "2026-01-20" if n in self.ended else ""}
                for n in children
            ],
            "escalations": [
                # without a key where it is not readable: nothing shows then that another is gone
                {"escalation_id": "" if n in self.unreadable else f"X{n}", "person_id": f"P{n}"}
                | {"raised_date": "2026-01-05", "raised_by_professional_id": "W1"}
                | {"formal": "Y" if n in self.other else "N"}
                for n in children
            ],
        }

    def _of_momo(self, children: Iterable[int], day: date) -> dict[str, list[dict[str, str]]]:
        return {
            "statements": [
                {"statement_id": f"{day}-{n}", "person_id": f"P{n}", "submitted_at": f"{day} 10:00"}
                | {"scenario": "WELLBEING", "app": "ONE" if n in self.other else "EXPRESS"}
                for n in children
            ]
        }

    def _of_ssda903(self, children: Iterable[int], day: date) -> dict[str, list[dict[str, str]]]:
        begins = f"01/05/{RETURNS[day]}"
        ended = {"dec": f"01/09/{RETURNS[day]}", "rec": "E4A"}
        return {
            "header": [LEAST["header"] | {"child": f"P{n}", "sex": "2" if n in self.other else "1"} for n in children],
            "episodes": [
                LEAST["episodes"]
                | {"child": f"P{n}", "decom": "31/02/2020" if n in self.unreadable else begins}
                | {"ls": "E1" if n in self.other else "C2"}
                | (ended if n in self.ended else {})
                for n in children
            ],
        }


def _some(children: range) -> st.SearchStrategy[frozenset[int]]:
    return st.frozensets(st.sampled_from(children), min_size=1, max_size=3)


# a child that is not there has no record that can't be read
CONTENT = st.builds(Content, _some(CHILDREN[:6]), _some(CHILDREN), _some(CHILDREN), _some(CHILDREN[6:]))


@dataclass(frozen=True)
class Story:
    """What each batch says in the end, what one said first, which is withdrawn, and in what order they arrive."""

    said: dict[tuple[str, date], Content]
    corrected: tuple[str, date]
    said_first: Content
    withdrawn: tuple[str, date]
    arrivals: list[tuple[str, date]]


@pytest.fixture(autouse=True)
def project(tmp_path: Path):
    """Care and plans, without what counts."""
    with small.in_use(small.make(tmp_path, "fct_permanence_plan")):
        yield


@st.composite
def stories(draw) -> Story:
    """Every slot once, the corrected and the withdrawn one again, and one or two of any of them once more."""
    said = {slot: draw(CONTENT) for slot in SLOTS}
    corrected = draw(st.sampled_from(SLOTS))
    # of the newest night everything stands: it is what is published
    withdrawn = draw(st.sampled_from([slot for slot in SLOTS if slot != corrected and slot[1] != NIGHTS[-1]]))
    repeated = draw(st.lists(st.sampled_from(SLOTS), min_size=1, max_size=2))
    arrivals = draw(st.permutations([*SLOTS, corrected, withdrawn, *repeated]))
    return Story(said, corrected, draw(CONTENT), withdrawn, arrivals)


def _load(drop, slot: tuple[str, date], content: Content) -> None:
    source, day = slot
    deliver(drop, source, day, content.rows(source, day), year=RETURNS.get(day, 2021))
    assert load_range(deliveries_between(day, day, [source]), note) == []


def _in_order(template, folder, story: Story) -> tuple:
    """What stands in the end loaded oldest first, each once."""
    folder.mkdir()
    with warehouse_of(template, folder) as warehouse:
        for (source, day), content in story.said.items():
            if (source, day) != story.withdrawn:
                deliver(warehouse.drop, source, day, content.rows(source, day), year=RETURNS.get(day, 2021))
        first, last = min(RETURNS), NIGHTS[-1]
        assert load_range(deliveries_between(first, last), note) == []
        publish_range(first, last)
        for read in ("raw.held_key", "marts.fct_care_period", "marts.fct_permanence_plan", "marts.permanence_tracker"):
            assert warehouse.value(f"select count(*) from {read}") > 0
        return recorded_history(warehouse), live_marts()


def _as_it_came(template, folder, story: Story) -> tuple:
    """All that arrives, as it arrives: what is withdrawn stays so when the same comes again."""
    folder.mkdir()
    with warehouse_of(template, folder) as warehouse:
        arrived = set()
        for slot in story.arrivals:
            wrong = slot == story.corrected and slot not in arrived
            _load(warehouse.drop, slot, story.said_first if wrong else story.said[slot])
            if slot == story.withdrawn and slot not in arrived:
                withdraw(*slot, "not ours")
            arrived.add(slot)
        publish_range(min(RETURNS), NIGHTS[-1])
        return recorded_history(warehouse), live_marts()


@given(story=stories())
@settings(
    max_examples=4,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)
def test_any_order_of_batches_makes_one_history_and_the_same_marts(template, tmp_path_factory, story):
    expected = _in_order(template, tmp_path_factory.mktemp("in_order") / "of", story)
    assert _as_it_came(template, tmp_path_factory.mktemp("as_it_came") / "of", story) == expected
