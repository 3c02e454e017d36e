"""Foster households: when each was approved, and when that ended; who lives with them."""

import numpy as np
import pandas as pd

from include.sample.care.placements import FOSTERING, KINSHIP, TEMPORARY
from include.sample.chance import between, chance, choose, coded, draw, pick, stream
from include.sample.days import NEVER, YEAR, first_of_financial_year
from include.sample.recording import recorded
from include.sample.register import Register
from include.sample.staff.workforce import SUPERVISING, Workforce
from include.sample.targets import LAST_HALF, Targets, day

_BEGINS = day("2008-04-01")
_APPROVALS = ("GENERAL", "CONNECTED_PERSON", "SHORT_BREAK", "TEMPORARY")
_GENERAL, _CONNECTED, _SHORT_BREAK, _TEMPORARY = range(4)
_END_REASONS = {
    "RESIGNED": 40,
    "RETIRED": 20,
    "MOVED": 8,
    "DEREGISTERED": 5,
    "SPECIAL_GUARDIANSHIP": 17,
    "ADOPTION": 6,
    "OTHER": 4,
}


def households(seed: int, targets: Targets) -> pd.DataFrame:
    """Every foster household by approval: `household_id`, `approved`, `ended` (NEVER: still), `kind` (place), `own`,
    `temporary_until`. There are about as many of the council's own as there are reviews in a year.
    """
    rng = stream(seed, "foster households")
    wanted = [targets.foster_carer_reviews(year) for year in range(2008, 2032)]
    approved, ended = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    for place, year in enumerate(range(2008, 2032)):
        begins = int(first_of_financial_year(year))
        still = ended == NEVER
        leaving = choose(rng, still, int(still.sum()) * 12 // 100)
        ended[leaving] = begins + between(rng, 0, YEAR - 1, len(leaving))
        new = max(int(wanted[place] * 0.99) - int((ended == NEVER).sum()), 1)
        starts = begins + between(rng, 0, YEAR - 1, new)
        starts = starts - between(rng, 0, 2400, new) if place == 0 else starts
        approved, ended = np.concatenate([approved, starts]), np.concatenate([ended, np.full(new, NEVER)])
    ended = np.where(ended < approved + 100, NEVER, ended)
    count = len(approved)
    kind = draw(rng, {_GENERAL: 66, _CONNECTED: 28, _SHORT_BREAK: 6}, count)
    own = np.ones(count, dtype=bool)
    until = np.full(count, NEVER, dtype=np.int64)
    # relatives are approved for some weeks first; agencies' households are on the list, and not ours to review
    relatives = np.flatnonzero(kind == _CONNECTED)
    before = approved[relatives] - between(rng, 90, 165, len(relatives))
    agency = targets.scaled(90, least=4)
    begins = _BEGINS + between(rng, 0, LAST_HALF - _BEGINS, agency)
    frame = pd.DataFrame(
        {
            "approved": np.concatenate([approved, before, begins]),
            "ended": np.concatenate([ended, approved[relatives], begins + between(rng, 700, 4000, agency)]),
            "kind": np.concatenate([kind, np.full(len(relatives), _TEMPORARY), np.zeros(agency)]),
            "own": np.concatenate([own, own[relatives], np.zeros(agency, dtype=bool)]),
            "temporary_until": np.concatenate([until, before + 112, np.full(agency, NEVER)]),
        }
    ).astype({"approved": np.int32, "ended": np.int32, "kind": np.int8, "temporary_until": np.int32})
    frame = frame.sort_values(["approved", "kind"], kind="stable", ignore_index=True)
    frame["temporary_until"] = np.where(
        frame["temporary_until"] < frame["ended"],
        np.minimum(frame["temporary_until"] + 56, frame["ended"]),
        frame["temporary_until"],
    ).astype(np.int32)
    frame["temporary_until"] = frame["temporary_until"].where(frame["kind"] == _TEMPORARY, NEVER)
    frame["household_id"] = 310101 + np.arange(len(frame))
    return frame


def ours(homes: pd.DataFrame) -> np.ndarray:
    """Flags the households that the council itself approved for good: those it reviews."""
    return (homes["own"] & (homes["kind"] != _TEMPORARY)).to_numpy()


def household_register(seed: int, homes: pd.DataFrame, staff: Workforce) -> Register:
    """cssu.foster_households."""
    rng = stream(seed, "household register")
    count = len(homes)
    posts = staff.posts_of(SUPERVISING)
    post = posts[rng.integers(0, len(posts), count)]
    temporary = (homes["kind"] == _TEMPORARY).to_numpy()
    reason = 1 + np.asarray(pick(rng, _END_REASONS, count).codes)
    reason = np.where(homes["ended"] < NEVER, np.where(temporary, 0, reason), -1)
    known = recorded(rng, homes["approved"].to_numpy(), at_once=True)
    rows = pd.DataFrame(
        {
            "household_id": homes["household_id"],
            "approved_date": homes["approved"],
            "approval_type": coded(homes["kind"], _APPROVALS),
            "supervising_professional_id": np.where(homes["own"], staff.holder(post, homes["approved"].to_numpy()), -1),
            "own_or_agency": coded(~homes["own"], ("OWN", "AGENCY")),
            "temporary_until": homes["temporary_until"],
            "ended_date": homes["ended"],
            "end_reason": coded(reason, ("TEMPORARY_EXPIRED", *_END_REASONS)),
            "known_from": known,
            "ended_known": np.maximum(recorded(rng, homes["ended"].to_numpy()), known),
        }
    )
    return Register(rows, {"ended_known": ("ended_date", "end_reason")})


def households_of(seed: int, placements: pd.DataFrame, periods: pd.DataFrame, homes: pd.DataFrame) -> np.ndarray:
    """The household (row, -1: none) of each placement: of the council's own, approved as it began. Siblings who are
    placed on one day mostly live together; a change of status with the same carer stays where it is; who is away for a
    while lives with nobody.
    """
    rng = stream(seed, "who lives with whom")
    in_house = np.isin(placements["type"], FOSTERING) & (placements["provider"] == "PR1").to_numpy()
    starts, ends = placements["starts"].to_numpy(), placements["ends"].to_numpy()
    household = np.full(len(placements), -1, dtype=np.int64)
    related = np.isin(placements["type"], KINSHIP)
    for kinds, rows in (
        ((_CONNECTED,), np.flatnonzero(in_house & related)),
        ((_GENERAL, _SHORT_BREAK), np.flatnonzero(in_house & ~related)),
    ):
        pool = np.flatnonzero(ours(homes) & np.isin(homes["kind"], kinds))
        approved, ended = homes["approved"].to_numpy()[pool], homes["ended"].to_numpy()[pool]
        chosen = np.full(len(rows), -1, dtype=np.int64)
        for _ in range(12):
            newest = np.maximum(np.searchsorted(approved, starts[rows], side="right"), 1)
            tried = rng.integers(0, 1 << 31, len(rows)) % newest
            lasts = (ended[tried] >= np.minimum(ends[rows], NEVER)) & (approved[tried] <= starts[rows])
            fits = (ended[tried] > starts[rows]) & (approved[tried] <= starts[rows])
            chosen = np.where((chosen < 0) & lasts, tried, chosen)
        chosen = np.where((chosen < 0) & fits, tried, chosen)
        household[rows] = np.where(chosen >= 0, pool[np.maximum(chosen, 0)], -1)
    family = periods["family"].to_numpy()[placements["period"]]
    key = family * np.int64(1 << 22) + starts * 2 + related
    candidates = np.flatnonzero((household >= 0) & chance(rng, 75, len(placements)))
    _, first, group = np.unique(key[candidates], return_index=True, return_inverse=True)
    household[candidates] = household[candidates][first][group]
    carer = (~placements["same_carer"]).cumsum().to_numpy() - 1
    own_first = np.flatnonzero(~placements["same_carer"].to_numpy())
    of_carer, period = household[own_first], placements["period"].to_numpy()[own_first]
    # who moves on moves to others (rule 435)
    again = np.append(False, (of_carer[1:] == of_carer[:-1]) & (period[1:] == period[:-1]))
    of_carer = np.where(again, -1, of_carer)
    return np.where(np.isin(placements["type"], TEMPORARY), -1, of_carer[carer])


def household_placement_register(
    placements: pd.DataFrame, household: np.ndarray, homes: pd.DataFrame, known: np.ndarray
) -> Register:
    """cssu.household_placements."""
    rows = np.flatnonzero(household >= 0)
    frame = pd.DataFrame(
        {
            "household_id": homes["household_id"].to_numpy()[household[rows]],
            "placement_id": placements["placement_id"].to_numpy()[rows],
            "known_from": np.maximum(known[rows], homes["approved"].to_numpy()[household[rows]] + 6),
        }
    )
    return Register(frame.sort_values("placement_id", kind="stable", ignore_index=True))
