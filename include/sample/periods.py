"""Who was in care when: children, their periods of care, the pathway each is on and the story of its plan."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from include.sample.chance import chance, numbered, pick, pick_each, stream
from include.sample.days import NOT_YET, REFERENCE_DAY, add_months, after, as_days

_DAYS_A_YEAR = 365.25


class Story(StrEnum):
    """What became of the plan for permanence in a period of care."""

    NEW = "no plan yet, none due"
    NEVER = "no plan, overdue"
    PROPOSED = "proposed, never agreed"
    BY_SECOND_REVIEW = "agreed by the second review, on track"
    LATE = "agreed after the second review"
    PARALLEL = "two plans side by side"
    SUPERSEDED = "a plan gave way to another"
    REVERSED = "the decision was reversed, no other plan since"
    BROKE_DOWN = "achieved and broken down, no other plan since"
    BROKE_DOWN_NEW_PLAN = "achieved and broken down, decided again"
    ACHIEVED = "achieved, the child is living in it"
    MILESTONE_OVERDUE = "agreed, a step is overdue"
    TARGET_PASSED = "agreed, the target date has passed"
    SHORT_BREAKS = "short breaks: not judged"
    LEFT = "the child has left care"


_STORIES_AFTER_MONTHS = (
    Story.BY_SECOND_REVIEW,
    Story.NEVER,
    Story.PARALLEL,
    Story.BY_SECOND_REVIEW,
    Story.PROPOSED,
    Story.LATE,
    Story.BY_SECOND_REVIEW,
)
_STORIES_AFTER_YEARS = (
    Story.ACHIEVED,
    Story.BROKE_DOWN,
    Story.MILESTONE_OVERDUE,
    Story.BY_SECOND_REVIEW,
    Story.REVERSED,
    Story.TARGET_PASSED,
    Story.ACHIEVED,
    Story.SUPERSEDED,
    Story.LATE,
    Story.PARALLEL,
)
_STORIES_OF_LONG_CARE = (
    Story.ACHIEVED,
    Story.ACHIEVED,
    Story.BROKE_DOWN_NEW_PLAN,
    Story.ACHIEVED,
    Story.LATE,
    Story.ACHIEVED,
    Story.BY_SECOND_REVIEW,
    Story.ACHIEVED,
    Story.SUPERSEDED,
)
DRIFTING = (
    Story.NEVER,
    Story.BROKE_DOWN,
    Story.REVERSED,
    Story.MILESTONE_OVERDUE,
    Story.TARGET_PASSED,
    Story.LATE,
    Story.PROPOSED,
)
"""Stories of which a child's IRO would ask what is being done, the worst first."""


@dataclass(frozen=True)
class Pathway:
    """A way through care. `options`: plan option and its alternative; `legal`: status and days after entry.

    `interim` and `settled` are placement types on the way and once the plan is achieved; `leaves` are the reasons
    for which care ends. Where `order_ends_care`, the plan can only be achieved by leaving care.
    """

    options: tuple[str, str]
    legal: tuple[tuple[str, int], ...]
    interim: tuple[str, ...]
    settled: str
    needs: tuple[str, ...]
    leaves: tuple[str, ...]
    order_ends_care: bool = False


PATHWAYS = {
    "long-term fostering": Pathway(
        ("LTFOST18", "RETURNEV"), (("C1", 0), ("C2", 210)), ("U6",), "U4", ("N1", "N1", "N5"), ("E4B", "E13", "E3")
    ),
    "kinship fostering": Pathway(
        ("KINSHIP_FOSTER", "LTRELFR"),
        (("L2", 0), ("C1", 8), ("C2", 230)),
        ("U6", "U3"),
        "U1",
        ("N1", "N3"),
        ("E13", "E8"),
    ),
    "family fostering": Pathway(
        ("LTRELFR", "SGO"), (("V2", 0), ("C1", 70), ("C2", 280)), ("U3",), "U1", ("N1", "N4"), ("E13", "E45")
    ),
    "adoption": Pathway(
        ("ADOPTION", "SGO"), (("C1", 0), ("C2", 200), ("E1", 260)), ("U6", "U5", "U2"), "A6", ("N1",), ("E11", "E12")
    ),
    "return home": Pathway(
        ("RETURN6M", "LTFOST18"), (("C1", 0), ("C2", 220)), ("U6", "U3"), "P1", ("N4", "N5"), ("E4A", "E4A", "E4B")
    ),
    "special guardianship": Pathway(
        ("SGO", "KINSHIP_FOSTER"), (("C1", 0), ("C2", 240)), ("U3",), "U3", ("N1", "N3"), ("E45", "E46"), True
    ),
    "child arrangements": Pathway(
        ("CAO", "RETURN1M"), (("L1", 0), ("V2", 2), ("C1", 60)), ("U6", "U3"), "U3", ("N1", "N5"), ("E41",), True
    ),
    "residential": Pathway(
        ("RESPLMT", "LTFOST18"), (("V2", 0), ("C1", 60), ("C2", 260)), ("U6", "K2"), "K2", ("N2", "N6"), ("E4B", "E9")
    ),
    "supported living": Pathway(
        ("SUPPLIV", "RESPLMT"), (("V2", 0),), ("U6", "K2", "R1"), "K3", ("N5", "N6"), ("E5", "E6")
    ),
    "seeking asylum": Pathway(("OTHERPLN", "SUPPLIV"), (("V2", 0),), ("U6",), "K3", ("N8",), ("E5", "E15")),
    "short breaks": Pathway(("REMAINSUP", "RESPLMT"), (("V4", 0),), ("U6", "R1"), "U6", ("N2",), ("E4A",)),
}

# The staged children, by their place among those still in care.
_NEW_ENTRIES = (0, 12, 45, 100, 125, 160)  # days in care of the first six
_PAST_18 = {6: 20, 7: 60}  # days since the 18th birthday
_SHORT_BREAKS = {8: 400, 9: 900, 10: 60, 11: 1300}  # days since the breaks began
_NEVER_ALLOCATED = (0, 4)
_ALLOCATION_LAPSED = 12


def children_and_periods(seed: int, count: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`count` children who were ever in care, about two thirds of them on the reference day, and their periods.

    Children: `person_id`, `dob`, `first_entered`, `pathway`. Periods, oldest first: `cla_id`, `person_id`, `dob`,
    `entered`, `left` (NaT while open), `left_reason`, `need`, `pathway`, `story`, `short_breaks`, `iro`
    (allocated, never or lapsed).
    """
    rng = stream(seed, "periods")
    latest = _latest_periods(rng, count)
    periods = pd.concat([latest, _earlier_periods(rng, latest)])
    periods = periods.sort_values(["entered", "person_id"], ignore_index=True)
    periods["cla_id"] = numbered(400101, len(periods))
    kinds = [PATHWAYS[name] for name in periods["pathway"]]
    periods["need"] = pick_each(rng, [kind.needs for kind in kinds])
    left_reason = pd.Series(pick_each(rng, [kind.leaves for kind in kinds]))
    periods["left_reason"] = left_reason.where(periods["left"].notna())
    periods["short_breaks"] = periods["pathway"] == "short breaks"
    children = periods.groupby("person_id", as_index=False).agg(
        dob=("dob", "first"), first_entered=("entered", "min"), pathway=("pathway", "last")
    )
    return children, periods


def _latest_periods(rng: np.random.Generator, count: int) -> pd.DataFrame:
    """One period of care a child, those still in care first; the very first of them are staged."""
    still = np.arange(count) < count * 68 // 100
    share = rng.random(count)
    in_care = np.where(still, 20 + 5000 * share * share, 40 + 1700 * share * share).astype(int)
    in_care[: len(_NEW_ENTRIES)] = _NEW_ENTRIES
    in_care[list(_SHORT_BREAKS)] = list(_SHORT_BREAKS.values())
    in_care[list(_PAST_18)] = [700 + 10 * days for days in _PAST_18.values()]
    left_ago = np.where(still, 0, 10 + 3300 * rng.random(count)).astype(int)
    entered = after(REFERENCE_DAY, -in_care - left_ago)
    left = np.where(still, NOT_YET, after(entered, in_care))
    share = rng.random(count)
    age = (17.6 - in_care / _DAYS_A_YEAR) * share * np.sqrt(share)
    dob = after(entered, -(_DAYS_A_YEAR * age).astype(int) - 5)
    dob[list(_PAST_18)] = after(add_months(REFERENCE_DAY, -12 * 18), -np.array(list(_PAST_18.values())))

    pathway = _pathways(rng, (entered - dob).astype(int) / _DAYS_A_YEAR, in_care, still)
    story = _stories(pathway, in_care, still)
    goes_home, lives_at_home = np.flatnonzero(_on_the_way_home(in_care, still) & (pathway == "return home"))[:2]
    left[goes_home], story[goes_home], story[lives_at_home] = REFERENCE_DAY, Story.LEFT, Story.ACHIEVED
    placed_for_adoption = np.flatnonzero(still & (pathway == "adoption") & (in_care > 500))[:1]
    story[placed_for_adoption] = Story.ACHIEVED
    iro = np.full(count, "allocated", dtype=object)
    iro[list(_NEVER_ALLOCATED)], iro[_ALLOCATION_LAPSED] = "never", "lapsed"
    return pd.DataFrame(
        {
            # ids are given as children become known
            "person_id": numbered(100201, count)[np.argsort(np.argsort(entered, kind="stable"))],
            "dob": dob,
            "entered": entered,
            "left": left,
            "pathway": pathway,
            "story": story,
            "iro": iro,
        }
    )


def _pathways(rng: np.random.Generator, age: np.ndarray, in_care: np.ndarray, still: np.ndarray) -> np.ndarray:
    count = len(age)
    age_now = age + in_care / _DAYS_A_YEAR
    sooner = pick(
        rng,
        {
            "return home": 30,
            "special guardianship": 20,
            "child arrangements": 10,
            "long-term fostering": 25,
            "family fostering": 15,
        },
        count,
    )
    later = pick(rng, {"long-term fostering": 70, "kinship fostering": 30}, count)
    pathway = np.select(
        [
            (age >= 14.5) & chance(rng, 50, count),
            (age_now >= 16.3) & chance(rng, 60, count),
            (age_now >= 10) & chance(rng, 20, count),
            (age < 4) & (in_care > 300) & (in_care < 1200) & chance(rng, 70, count),
            in_care < 900,
        ],
        ["seeking asylum", "supported living", "residential", "adoption", sooner],
        default=later,
    ).astype(object)
    pathway[np.flatnonzero(_on_the_way_home(in_care, still))[:2]] = "return home"
    pathway[list(_SHORT_BREAKS)] = "short breaks"
    return pathway


def _on_the_way_home(in_care: np.ndarray, still: np.ndarray) -> np.ndarray:
    """Children of whom one may go home on the reference day, and one be placed with the parents, to stage both."""
    return still & (in_care > 250) & (in_care < 900) & (np.arange(len(still)) > _ALLOCATION_LAPSED)


def _stories(pathway: np.ndarray, in_care: np.ndarray, still: np.ndarray) -> np.ndarray:
    story = np.full(len(pathway), Story.LEFT.value, dtype=object)
    judged = still & (pathway != "short breaks")
    story[still & ~judged] = Story.SHORT_BREAKS
    story[judged & (in_care < 135)] = Story.NEW
    for among, cycle in (
        (judged & (in_care >= 135) & (in_care < 560), _STORIES_AFTER_MONTHS),
        (judged & (in_care >= 560) & (in_care < 1500), _STORIES_AFTER_YEARS),
        (judged & (in_care >= 1500), _STORIES_OF_LONG_CARE),
    ):
        story[among] = np.resize([each.value for each in cycle], among.sum())
    order_ends_care = np.isin(pathway, [name for name, kind in PATHWAYS.items() if kind.order_ends_care])
    achieved = np.isin(story, [Story.ACHIEVED, Story.BROKE_DOWN, Story.BROKE_DOWN_NEW_PLAN])
    story[order_ends_care & achieved] = Story.BY_SECOND_REVIEW
    return story


def _earlier_periods(rng: np.random.Generator, periods: pd.DataFrame) -> pd.DataFrame:
    """For every seventh child old enough, a first period of care that ended with a return home."""
    old_enough = (periods["entered"] - periods["dob"] > pd.Timedelta(days=1500)) & (
        periods["entered"] > pd.Timestamp("2015-06-01")
    )
    earlier = periods[old_enough].iloc[::7].copy()
    entered = as_days(earlier["entered"])
    left = after(entered, -rng.integers(200, 700, len(earlier)))
    earlier["left"] = left
    earlier["entered"] = after(left, -rng.integers(90, 400, len(earlier)))
    return earlier.assign(pathway="return home", story=Story.LEFT.value, iro="allocated")
