"""Where children in care live: a placement from each move to the next, its type and who provides it."""

import numpy as np
import pandas as pd

from include.sample.care.care_periods import ADOPTED, GUARDIAN, HOME, in_care_on
from include.sample.care.legal_statuses import STATUSES, status_on
from include.sample.chance import between, chance, choose, coded, draw, pick, stream
from include.sample.days import NEVER, YEAR, birthday, day
from include.sample.targets import LAST_HALF, YEAR_BEGINS, YEAR_END, YEAR_END_BEFORE, Targets

TYPES = ("U1", "U2", "U3", "U4", "U5", "U6", "A5", "A6", "K1", "K2", "K3", "H5", "P1", "R1", "R3", "Z1", "T0", "T1",
         "T2", "T3", "T4")  # fmt: skip
(_U1, _U2, _U3, _U4, _U5, _U6, _A5, _A6, _K1, _K2, _K3, _H5, _P1, _R1, _R3, _Z1, _T0, _T1, _T2, _T3,
 _T4) = range(21)  # fmt: skip
FOSTERING = (_U1, _U2, _U3, _U4, _U5, _U6)
PLACED_FOR_ADOPTION = (_A5, _A6)
BY_CARERS = _A5
KINSHIP = (_U1, _U2, _U3)
SECURE = _K1
TEMPORARY = (_T0, _T1, _T2, _T3, _T4)
"""Moves for days or weeks, to hospital or on holiday: the child goes back to the same carer."""
PROVIDERS = ("PR0", "PR1", "PR2", "PR3", "PR4", "PR5")
_SUPPORTED_HAS_A_CODE = day("2023-10-28")  # supported accommodation, from its regulation on
_CARE_ORDERS = (STATUSES.index("C1"), STATUSES.index("C2"))
_YOUNG = {_U6: 52, _U3: 22, _U1: 5, _U5: 3, _P1: 8, _U4: 9, _R3: 1}
_SCHOOL_AGE = {_U6: 40, _U4: 20, _U3: 14, _U1: 6, _K2: 12, _P1: 7, _R1: 1}
_TEENAGE = {_U6: 34, _U4: 17, _U3: 6, _U1: 3, _K2: 24, _P1: 8, _R1: 2, _K1: 5, _Z1: 1}
_NEARLY_ADULT = {_H5: 38, _U6: 24, _U4: 12, _K2: 18, _P1: 5, _U3: 2, _Z1: 1}
_SEEKING_ASYLUM = {_H5: 55, _U6: 45}
# Of 649 children: not fostered (none may be left to chance, fostered are the rest), and fostered by the council's own.
_NOT_FOSTERED = ((_A6, 12), (_H5, 40), (_K2, 62), (_P1, 35), (_R1, 4), (_R3, 2), (_K1, 2), (_Z1, 2))
_IN_HOUSE = 454
_SECURE_DAYS = 270  # at most
UNTIL_REVOKED = 45
"""Days from the day on which a child comes back from adopters to that on which decision and placement order fall."""
_DISRUPTED = 45  # in a hundred children on a placement order who are never adopted
_AWAY = 2  # in a hundred homes a year
_WHERE_AWAY = {_T0: 5, _T1: 40, _T2: 15, _T3: 20, _T4: 20}
_DAYS_AWAY = {_T0: 30, _T1: 40, _T2: 20, _T3: 20, _T4: 7}  # at most
_CHANGE_REASONS = {"CARPL": 34, "CREQB": 16, "CREQO": 6, "CHILD": 12, "LAREQ": 14, "APPRR": 3, "CUSTOD": 1, "OTHER": 6,
                   "CLOSE": 3, "ALLEG": 2, "STAND": 3}  # fmt: skip
CHANGE_REASONS = (*_CHANGE_REASONS, "PLACE")


def placements(
    seed: int, periods: pd.DataFrame, statuses: pd.DataFrame, moved: pd.DataFrame, targets: Targets
) -> pd.DataFrame:
    """Placements by period and day: `period` (its row), `number` (from 0), `starts`, `ends`, `type` (place in TYPES),
    `provider` (code, "" where there is none), `same_carer` (as in the one before), `change_reason` (why it ended, ""
    for the last and where the next is temporary).
    """
    rng = stream(seed, "placements")
    frame = _spells(periods, moved)
    frame["type"] = _types(rng, frame, periods, statuses)
    now = _where_they_live(frame, periods)
    frame.loc[now, "type"] = _types_as_reported(rng, frame.loc[now], periods, statuses, targets)
    frame = _disrupted(stream(seed, "adoptions that fail"), frame, periods, statuses)
    frame = _fostered_until_ordered(_adopted_by_carers(_settled(rng, frame, periods)), periods, statuses)
    count = len(frame)
    fostered = np.isin(frame["type"], FOSTERING)
    in_house = fostered & (np.isin(frame["type"], KINSHIP) | chance(rng, 89, count))
    now = _where_they_live(frame, periods)
    if len(now):
        counted = np.zeros(count, dtype=bool)
        counted[now] = fostered[now]
        quota = targets.scaled(_IN_HOUSE)
        surplus = int((in_house & counted).sum()) - quota
        relatives = np.isin(frame["type"], KINSHIP)
        change = choose(rng, counted & ~relatives & (in_house == (surplus > 0)), abs(surplus))
        in_house[change] = surplus < 0
    # one carer, one provider: that of the placement that is counted, else of the first
    carer = (~frame["same_carer"]).cumsum().to_numpy() - 1
    speaks = np.flatnonzero(~frame["same_carer"].to_numpy())
    speaks[carer[now]] = now
    frame["provider"] = _providers(rng, frame, in_house)[speaks][carer]
    reason = np.asarray(pick(rng, _CHANGE_REASONS, count)).astype("<U6")
    stays = frame["same_carer"].shift(-1, fill_value=False).to_numpy()
    moves_on = (frame["period"] == frame["period"].shift(-1, fill_value=-1)).to_numpy()
    frame["change_reason"] = np.where(moves_on, np.where(stays, "PLACE", reason), "")
    return _with_temporary_moves(stream(seed, "temporary moves"), frame, periods)


def _spells(periods: pd.DataFrame, moved: pd.DataFrame) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "period": np.concatenate([np.arange(len(periods)), moved["period"]]),
            "starts": np.concatenate([periods["entered"], moved["day"]]).astype(np.int32),
        }
    ).sort_values(["period", "starts"], kind="stable", ignore_index=True)
    return _chained(frame, periods)


def _chained(frame: pd.DataFrame, periods: pd.DataFrame) -> pd.DataFrame:
    """Each placement ends where the next begins, the last with the period; numbers from 0."""
    last = (frame["period"] != frame["period"].shift(-1, fill_value=-1)).to_numpy()
    left = periods["left"].to_numpy()[frame["period"]]
    frame["ends"] = np.where(last, left, frame["starts"].shift(-1, fill_value=0)).astype(np.int32)
    frame["number"] = frame.groupby("period").cumcount()
    frame["last"] = last
    return frame


def _where_they_live(frame: pd.DataFrame, periods: pd.DataFrame) -> np.ndarray:
    """Rows of the placements in which the children of the annual report lived on its day."""
    counted = in_care_on(periods, YEAR_END, as_reported=True)[frame["period"]]
    late = periods["left_known_late"].to_numpy()[frame["period"]] & frame["last"].to_numpy()
    return np.flatnonzero(counted & (frame["starts"] <= YEAR_END) & ((frame["ends"] > YEAR_END) | late))


def _types(rng: np.random.Generator, frame: pd.DataFrame, periods: pd.DataFrame, statuses: pd.DataFrame) -> np.ndarray:
    count = len(frame)
    of = periods.iloc[frame["period"]].reset_index(drop=True)
    age = frame["starts"].to_numpy() - of["dob"].to_numpy()
    kinds = np.select(
        [of["uasc"], age < 5 * YEAR, age < 11 * YEAR, age < 16 * YEAR],
        [draw(rng, weights, count) for weights in (_SEEKING_ASYLUM, _YOUNG, _SCHOOL_AGE, _TEENAGE)],
        default=draw(rng, _NEARLY_ADULT, count),
    )
    order = status_on(statuses, frame["period"].to_numpy(), frame["starts"].to_numpy())
    # only on an order do children live with their parents in care
    kinds[(kinds == _P1) & ~np.isin(order, _CARE_ORDERS)] = _U6
    kinds[(kinds == _R3) & (age > 400)] = _U6
    adopters = frame["last"] & (frame["number"] > 0) & (of["outcome"] == ADOPTED)
    kinds[adopters] = np.where(chance(rng, 12, count), _A5, _A6)[adopters]
    kinds[of["short_break"]] = np.where(chance(rng, 70, count), _U6, _R1)[of["short_break"]]
    home = frame["last"] & (of["outcome"] == HOME) & (frame["number"] > 0) & (order == STATUSES.index("C2"))
    kinds[home & chance(rng, 40, count)] = _P1
    # rule 371
    kinds[(kinds == _H5) & (frame["starts"] < birthday(of["dob"].to_numpy(), 16)).to_numpy()] = _U6
    kinds[(kinds == _K1) & (frame["ends"] - frame["starts"] > _SECURE_DAYS)] = _K2
    return _coded_in_time(kinds, frame)


def _coded_in_time(kinds: np.ndarray, frame: pd.DataFrame) -> np.ndarray:
    supported = np.isin(kinds, (_H5, _K3))
    return np.where(supported, np.where(frame["starts"] >= _SUPPORTED_HAS_A_CODE, _K3, _H5), kinds).astype(np.int8)


def _types_as_reported(
    rng: np.random.Generator, now: pd.DataFrame, periods: pd.DataFrame, statuses: pd.DataFrame, targets: Targets
) -> np.ndarray:
    """Where the 649 lived: so many not fostered, likely by age and status; the others fostered."""
    of = periods.iloc[now["period"]].reset_index(drop=True)
    age = YEAR_END - of["dob"].to_numpy()
    order = status_on(statuses, now["period"].to_numpy(), np.full(len(now), YEAR_END))
    at_first = status_on(statuses, now["period"].to_numpy(), now["starts"].to_numpy())
    on_order = np.isin(at_first, _CARE_ORDERS)
    kinds = now["type"].to_numpy().copy()
    uasc = of["uasc"].to_numpy()
    likely = {
        _A6: (order == STATUSES.index("E1")) & (now["starts"].to_numpy() > YEAR_BEGINS - 200),
        _H5: (now["starts"] >= birthday(of["dob"].to_numpy(), 16)).to_numpy(),
        _K2: (age > 9 * YEAR) & ~uasc,
        _P1: (order == STATUSES.index("C2")) & on_order & (age < 16 * YEAR),
        _R1: (age > 10 * YEAR) & ~uasc,
        _R3: (age < 400) & (order == STATUSES.index("C1")),
        _K1: (age > 13 * YEAR) & ~uasc & (now["ends"] - now["starts"] <= _SECURE_DAYS).to_numpy(),
        _Z1: (age > 12 * YEAR) & ~uasc,
    }
    free = np.ones(len(now), dtype=bool)
    for kind, count in _NOT_FOSTERED:
        drawn = np.where(kinds == kind, 8.0, 1.0)
        rows = choose(rng, free & likely[kind], targets.scaled(count), drawn)
        kinds[rows], free[rows] = kind, False
    fostered = np.isin(kinds, FOSTERING)
    related = draw(rng, {_U6: 55, _U4: 27, _U3: 12, _U1: 6}, len(now))
    kinds = np.where(free & ~fostered, related, kinds)
    return kinds.astype(np.int8)


def _settled(rng: np.random.Generator, frame: pd.DataFrame, periods: pd.DataFrame) -> pd.DataFrame:
    """Long-term fostering begins as another placement with the same carer: it is matched some months on.

    Not for the children of the annual report in the two years it looks back on: theirs was long-term from the start.
    """
    length = np.minimum(frame["ends"].to_numpy(), NEVER // 2) - frame["starts"].to_numpy()
    long_term = np.isin(frame["type"], (_U4, _U1)) & (length > 420)
    matched = frame["starts"].to_numpy() + between(rng, 150, 380, len(frame))
    counted = in_care_on(periods, YEAR_END, as_reported=True)[frame["period"]]
    at_stake = counted & (matched > YEAR_END - 2 * YEAR - 10) & (matched <= YEAR_END + 10)
    rows = np.flatnonzero(long_term & ~at_stake & chance(rng, 80, len(frame)))
    later = frame.iloc[rows].assign(starts=matched[rows])
    before = frame["type"].to_numpy().copy()
    before[rows] = np.where(before[rows] == _U4, _U6, _U3)
    frame = frame.assign(type=before)
    both = pd.concat([frame.assign(same_carer=False), later.assign(same_carer=True)], ignore_index=True)
    both = both.sort_values(["period", "starts"], kind="stable", ignore_index=True)
    return _chained(both, periods)


def _disrupted(
    rng: np.random.Generator, frame: pd.DataFrame, periods: pd.DataFrame, statuses: pd.DataFrame
) -> pd.DataFrame:
    """Some children on a placement order were placed with adopters, and came back to foster care within months.

    Not the children of the annual report before it: how often they moved, and how many are on an order, is drawn to its
    figures.
    """
    ordered = _ordered_on(periods, statuses)
    period, starts = frame["period"].to_numpy(), frame["starts"].to_numpy()
    ends = np.minimum(frame["ends"].to_numpy(), LAST_HALF)
    placed = np.maximum(starts, ordered[period]) + between(rng, 40, 200, len(frame))
    back = placed + between(rng, 40, 220, len(frame))
    may = (ordered[period] < NEVER) & (periods["outcome"] != ADOPTED).to_numpy()[period] & (back < ends - 60)
    may &= (placed - periods["dob"].to_numpy()[period] < 7 * YEAR) & np.isin(frame["type"], FOSTERING)
    for on in (YEAR_END_BEFORE, YEAR_END):
        may &= ~(in_care_on(periods, on, as_reported=True)[period] & (placed < on + 10))
    rows = np.flatnonzero(may)
    # once a child
    rows = rows[np.unique(period[rows], return_index=True)[1]]
    rows = rows[chance(rng, _DISRUPTED, len(rows))]
    with_adopters = frame.iloc[rows].assign(starts=placed[rows], type=_A6)
    after = frame.iloc[rows].assign(starts=back[rows], type=_U6)
    both = pd.concat([frame, with_adopters, after], ignore_index=True).astype(frame.dtypes.to_dict())
    return _chained(both.sort_values(["period", "starts"], kind="stable", ignore_index=True), periods)


def _ordered_on(periods: pd.DataFrame, statuses: pd.DataFrame) -> np.ndarray:
    """The day of each period's placement order, NEVER for none."""
    ordered = np.full(len(periods), NEVER, dtype=np.int64)
    orders = statuses[(statuses["status"] == STATUSES.index("E1")).to_numpy()]
    ordered[orders["period"]] = orders["starts"]
    return ordered


def _fostered_until_ordered(frame: pd.DataFrame, periods: pd.DataFrame, statuses: pd.DataFrame) -> pd.DataFrame:
    """Who lives with adopters before the placement order is fostered by them until then (rule 408); who is adopted was
    placed for it, in the end with the carers (rule 390).
    """
    ordered = _ordered_on(periods, statuses)[frame["period"]]
    early = np.isin(frame["type"], PLACED_FOR_ADOPTION) & (frame["starts"] < ordered).to_numpy()
    in_time = early & (ordered < frame["ends"])
    # the carers who adopt fostered before; others do so in the hope of it
    stays = in_time & frame["same_carer"].to_numpy()
    rows = np.flatnonzero(in_time & ~stays)
    placed = frame.iloc[rows].assign(starts=ordered[rows], type=BY_CARERS, same_carer=True)
    # not before the day of the annual report: how many were placed then is drawn to its figures
    since = np.maximum(np.maximum(ordered, YEAR_END + 1), frame["starts"] + 1)
    adopted = (periods["outcome"] == ADOPTED).to_numpy()[frame["period"]] & frame["last"].to_numpy()
    adopted &= np.isin(frame["type"], FOSTERING) & (since < frame["ends"]).to_numpy()
    in_the_end = frame[adopted].assign(starts=since[adopted], type=BY_CARERS, same_carer=True)
    frame = frame.assign(
        starts=np.where(stays, ordered, frame["starts"]).astype(np.int32),
        type=np.where(early & ~stays, _U5, frame["type"]).astype(np.int8),
    )
    both = pd.concat([frame, placed, in_the_end], ignore_index=True).astype(frame.dtypes.to_dict())
    return _chained(both.sort_values(["period", "starts"], kind="stable", ignore_index=True), periods)


def revoked(statuses: pd.DataFrame, homes: pd.DataFrame, periods: pd.DataFrame) -> pd.DataFrame:
    """The legal statuses, with the placement orders revoked of who came back from adopters: full care again."""
    order = statuses["status"].to_numpy() == STATUSES.index("E1")
    placed = np.isin(homes["type"], PLACED_FOR_ADOPTION)
    came_back = placed & ~homes["last"].to_numpy() & ~np.append(placed[1:], False)
    until = np.full(len(periods), NEVER, dtype=np.int64)
    until[homes["period"].to_numpy()[came_back]] = homes["ends"].to_numpy()[came_back] + UNTIL_REVOKED
    until = until[statuses["period"]]
    falls = order & (until < np.minimum(statuses["ends"], LAST_HALF))
    again = statuses[falls].assign(starts=until[falls], status=STATUSES.index("C2"))
    both = pd.concat([statuses.assign(ends=np.where(falls, until, statuses["ends"])), again], ignore_index=True).astype(
        statuses.dtypes.to_dict()
    )
    return both.sort_values(["period", "starts"], kind="stable", ignore_index=True)


def reasons_for_leaving(periods: pd.DataFrame, homes: pd.DataFrame) -> np.ndarray:
    """Why each period ended: only who was fostered has a former foster carer for a guardian (rule 516)."""
    reason = periods["left_reason"].to_numpy().copy()
    last = homes[homes["last"].to_numpy()]
    fostered = np.zeros(len(periods), dtype=bool)
    fostered[last["period"]] = np.isin(last["type"], FOSTERING)
    other = (periods["outcome"] == GUARDIAN).to_numpy() & ~fostered
    return np.where(other & (reason == "E45"), "E47", np.where(other & (reason == "E46"), "E48", reason))


def _with_temporary_moves(rng: np.random.Generator, frame: pd.DataFrame, periods: pd.DataFrame) -> pd.DataFrame:
    """A few homes are left for days or weeks: to hospital, on holiday, while the carer is on holiday. Then the child is
    back with the same carer, under the same type. On the day of the annual report nobody is away.
    """
    count = len(frame)
    kind = frame["type"].to_numpy()
    starts, ends = frame["starts"].to_numpy(), np.minimum(frame["ends"].to_numpy(), LAST_HALF)
    length = ends.astype(np.int64) - starts
    where = draw(rng, _WHERE_AWAY, count)
    # only a carer goes on holiday, not a children's home
    where = np.where((where == _T3) & ~np.isin(kind, FOSTERING), _T4, where)
    most = np.array([_DAYS_AWAY.get(place, 0) for place in range(len(TYPES))])[where]
    leaves = starts + 60 + rng.integers(0, 1 << 31, count) % np.maximum(length - 120, 1)
    back = leaves + between(rng, np.where(where == _T4, 2, 4), most, count)
    away = rng.integers(0, 100 * YEAR, count) < _AWAY * length
    away &= np.isin(kind, (*FOSTERING, _K2, _H5, _K3, _R1)) & (length > 200)
    away &= ~periods["short_break"].to_numpy()[frame["period"]] & ~((leaves <= YEAR_END) & (back > YEAR_END))
    rows = np.flatnonzero(away)
    gone = frame.iloc[rows].assign(
        starts=leaves[rows], type=where[rows], provider="", same_carer=True, change_reason=""
    )
    again = frame.iloc[rows].assign(starts=back[rows], same_carer=True)
    frame = frame.assign(change_reason=np.where(away, "", frame["change_reason"]))
    both = pd.concat([frame, gone, again], ignore_index=True).astype(frame.dtypes.to_dict())
    return _chained(both.sort_values(["period", "starts"], kind="stable", ignore_index=True), periods)


def _adopted_by_carers(frame: pd.DataFrame) -> pd.DataFrame:
    """Who is placed for adoption with the foster carers stays with them; who was not fostered before is with others."""
    before = frame["type"].shift(fill_value=-1)
    fostered = np.isin(before, FOSTERING) & (frame["number"] > 0).to_numpy()
    by_carers = (frame["type"] == BY_CARERS).to_numpy()
    return frame.assign(
        type=np.where(by_carers & ~fostered, _A6, frame["type"]).astype(np.int8),
        same_carer=frame["same_carer"] | (by_carers & fostered),
    )


def _providers(rng: np.random.Generator, frame: pd.DataFrame, in_house: np.ndarray) -> np.ndarray:
    count, kinds = len(frame), frame["type"].to_numpy()
    fostered = np.isin(kinds, FOSTERING)
    return np.select(
        [kinds == _P1, fostered & in_house, fostered, np.isin(kinds, PLACED_FOR_ADOPTION), np.isin(kinds, (_R1, _R3))],
        ["PR0", "PR1", draw(rng, {"PR4": 9, "PR5": 1}, count), draw(rng, {"PR1": 3, "PR2": 1, "PR5": 1}, count), "PR3"],
        default=draw(rng, {"PR1": 2, "PR4": 7, "PR5": 1}, count),
    ).astype("<U3")


def type_codes(frame: pd.DataFrame) -> pd.Categorical:
    """The types as codes."""
    return coded(frame["type"].to_numpy(), TYPES)
