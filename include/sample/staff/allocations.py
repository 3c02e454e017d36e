"""Who was whose worker: every case is with a post, and passes with it from one holder to the next."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from include.sample.chance import between, chance, coded, draw, stream
from include.sample.days import NEVER
from include.sample.families import together
from include.sample.recording import recorded
from include.sample.referrals import Referrals
from include.sample.register import Register
from include.sample.staff.workforce import IRO, SOCIAL_WORKER, TEAMS, Workforce
from include.sample.targets import LAST_HALF

ROLES = ("IRO", "Social Worker")
_CHANGE_REASONS = ("FCONTA", "LEFTRL", "TSPROC", "MANAGE", "ORGRST", "ABSENC", "CHCHAN", "PCCHAN")
_CHILDREN, _ADOPTION, _DISABILITY = 0, 1, 4
# in a thousand periods of care or plans: none was ever allocated; as many in care lose theirs and get no other
_WITHOUT_IRO = 6


@dataclass(frozen=True)
class Allocations:
    """Spells by role, person and day: `role` (place in ROLES), `person`, `starts`, `ends`, `professional`, `post`,
    `referral`, `reason` (place of why it began).
    """

    rows: pd.DataFrame

    def allocated(self, role: int, person: np.ndarray, on: np.ndarray) -> np.ndarray:
        """The id of the professional allocated to each person in a role on a day; -1 where there is none."""
        spells = self.rows[(self.rows["role"] == role).to_numpy()]
        step = np.int64(1 << 32)
        key = spells["person"].to_numpy() * step + spells["starts"].to_numpy()
        place = np.searchsorted(key, np.asarray(person, dtype=np.int64) * step + on, side="right") - 1
        inside = np.maximum(place, 0)
        found = (
            (place >= 0) & (spells["person"].to_numpy()[inside] == person) & (spells["ends"].to_numpy()[inside] > on)
        )
        return np.where(found, spells["professional"].to_numpy()[inside], -1)


def allocations(
    seed: int, periods: pd.DataFrame, on_plans: pd.DataFrame, referred: Referrals, staff: Workforce
) -> Allocations:
    """Social workers for every referral, from an assessment to a longer-term post; an IRO for every period of care, and
    for every child protection plan of a child who is not in care.
    """
    rows = pd.concat(
        [
            _social_workers(seed, referred, staff),
            _iros(seed, periods, referred, staff),
            _iros_of_plans(seed, on_plans, periods, referred, staff),
        ],
        ignore_index=True,
    )
    rows = rows.sort_values(["role", "person", "starts", "professional"], kind="stable", ignore_index=True)
    # a child with two open referrals has one worker in a role at a time
    following = rows["starts"].shift(-1, fill_value=0).to_numpy()
    same = (rows["person"] == rows["person"].shift(-1, fill_value=-1)) & (rows["role"] == rows["role"].shift(-1))
    rows["ends"] = np.where(same & (rows["ends"] > following), following, rows["ends"]).astype(np.int32)
    rows = rows.drop(columns=["spell", "number"]).astype({"role": np.int8, "reason": np.int8, "post": np.int32})
    return Allocations(rows[(rows["ends"] > rows["starts"]).to_numpy()].reset_index(drop=True))


def _social_workers(seed: int, referred: Referrals, staff: Workforce) -> pd.DataFrame:
    rng = stream(seed, "social workers")
    rows = referred.rows
    family = np.unique(rows["family"], return_inverse=True)[1]
    posts = staff.posts_of(SOCIAL_WORKER)
    starts, ends = rows["date"].to_numpy(), np.minimum(rows["closed"].to_numpy(), NEVER)
    first = together(posts[rng.integers(0, len(posts), len(rows))], family)
    second = together(posts[rng.integers(0, len(posts), len(rows))], family)
    passes = starts + together(between(rng, 45, 130, len(rows)), family)
    goes_on = (passes < ends - 10) & (first != second)
    place = np.concatenate([np.arange(len(rows)), np.flatnonzero(goes_on)])
    case = pd.DataFrame(
        {
            "place": place,
            "post": np.concatenate([first, second[goes_on]]),
            "starts": np.concatenate([starts, passes[goes_on]]),
            "ends": np.concatenate([np.where(goes_on, passes, ends), ends[goes_on]]),
            "second": np.concatenate([np.zeros(len(rows), bool), np.ones(int(goes_on.sum()), bool)]),
        }
    )
    case = case[(case["ends"] > case["starts"]).to_numpy()].reset_index(drop=True)
    spells = _terms(staff, case)
    owner = spells["spell"].to_numpy()
    place = case["place"].to_numpy()[owner]
    return spells.assign(
        role=1,
        person=rows["person_id"].to_numpy()[place],
        referral=rows["referral_id"].to_numpy()[place],
        post=case["post"].to_numpy()[owner],
        reason=np.where(spells["number"] > 0, 1, np.where(case["second"].to_numpy()[owner], 2, 0)),
    )


def _iros(seed: int, periods: pd.DataFrame, referred: Referrals, staff: Workforce) -> pd.DataFrame:
    rng = stream(seed, "iros")
    count = len(periods)
    family = np.unique(periods["family"], return_inverse=True)[1]
    children, disability = staff.posts_of(IRO, (_CHILDREN,)), staff.posts_of(IRO, (_DISABILITY,))
    weights = staff.posts["tenths"].to_numpy()[children]
    # part-timers have fewer children
    children = np.repeat(children, weights)
    post = together(children[rng.integers(0, len(children), count)], family)
    post = np.where(periods["short_break"], disability[rng.integers(0, len(disability), count)], post)
    starts = periods["entered"].to_numpy() + np.where(
        chance(rng, 3, count), between(rng, 20, 90, count), between(rng, 0, 6, count)
    )
    ends = np.minimum(periods["left"].to_numpy(), NEVER)
    draws = rng.integers(0, 1000, count)
    lapses = (draws >= _WITHOUT_IRO) & (draws < 3 * _WITHOUT_IRO)
    ends = np.where(lapses, np.minimum(ends, starts + between(rng, 100, 1500, count)), ends)
    mine = (draws >= _WITHOUT_IRO) & (ends > starts + 1)
    case = pd.DataFrame({"place": np.arange(count), "post": post, "starts": starts, "ends": ends})[mine]
    case = case.reset_index(drop=True)
    spells = _terms(staff, case)
    owner = spells["spell"].to_numpy()
    place = case["place"].to_numpy()[owner]
    return spells.assign(
        role=0,
        person=periods["person_id"].to_numpy()[place],
        referral=referred.rows["referral_id"].to_numpy()[referred.of_period[place]],
        post=case["post"].to_numpy()[owner],
        reason=np.where(spells["number"] > 0, 1, 0),
    )


def _iros_of_plans(
    seed: int, on_plans: pd.DataFrame, periods: pd.DataFrame, referred: Referrals, staff: Workforce
) -> pd.DataFrame:
    rng = stream(seed, "iros of plans")
    count = len(on_plans)
    family = np.unique(on_plans["family"], return_inverse=True)[1]
    person, starts = on_plans["person_id"].to_numpy(), on_plans["starts"].to_numpy()
    # who comes into care has the IRO of the period of care from then on
    order = np.lexsort((periods["entered"].to_numpy(), periods["person_id"].to_numpy()))
    cared = periods.iloc[order]
    step = np.int64(1 << 32)
    key = cared["person_id"].to_numpy() * step + cared["entered"].to_numpy()
    place = np.searchsorted(key, person * step + starts, side="right")
    before, after = np.maximum(place - 1, 0), np.minimum(place, len(cared) - 1)
    in_care = (
        (place > 0) & (cared["person_id"].to_numpy()[before] == person) & (cared["left"].to_numpy()[before] > starts)
    )
    enters = np.where(
        (place < len(cared)) & (cared["person_id"].to_numpy()[after] == person),
        cared["entered"].to_numpy()[after],
        NEVER,
    )
    ends = np.minimum(np.minimum(on_plans["ends"].to_numpy(), enters), NEVER)
    allocated = np.minimum(starts + together(between(rng, 0, 4, count), family), ends)
    mine = ~in_care & (rng.integers(0, 1000, count) >= _WITHOUT_IRO) & (ends > allocated)
    case = pd.DataFrame(
        {
            "place": np.arange(count),
            "post": staff.chairing_post(seed, on_plans["family"].to_numpy()),
            "starts": allocated,
            "ends": ends,
        }
    )[mine].reset_index(drop=True)
    spells = _terms(staff, case)
    owner = spells["spell"].to_numpy()
    place = case["place"].to_numpy()[owner]
    return spells.assign(
        role=0,
        person=person[place],
        referral=referred.rows["referral_id"].to_numpy()[referred.of_plan[place]],
        post=case["post"].to_numpy()[owner],
        reason=np.where(spells["number"] > 0, 1, 0),
    )


def _terms(staff: Workforce, case: pd.DataFrame) -> pd.DataFrame:
    ends = np.minimum(case["ends"].to_numpy(), LAST_HALF + 1)
    spells = staff.terms(case["post"].to_numpy(), case["starts"].to_numpy(), ends)
    open_ended = (case["ends"].to_numpy() > LAST_HALF)[spells["spell"]] & (spells["ends"] > LAST_HALF).to_numpy()
    spells["ends"] = np.where(open_ended, NEVER, spells["ends"]).astype(np.int32)
    return spells[(spells["ends"] > spells["starts"]).to_numpy()].reset_index(drop=True)


def involvement_register(seed: int, allocated: Allocations, staff: Workforce) -> Register:
    """ssd.involvements: entered when it began, or some days on."""
    rng = stream(seed, "involvement register")
    rows = allocated.rows
    count = len(rows)
    order = np.argsort(rows["starts"].to_numpy(), kind="stable")
    rows = rows.iloc[order].reset_index(drop=True)
    reason = np.where(
        (rows["reason"] == 1) & chance(rng, 55, count), draw(rng, {3: 3, 4: 2, 5: 2, 6: 1, 7: 1}, count), rows["reason"]
    )
    known = np.maximum(recorded(rng, rows["starts"].to_numpy(), at_once=True), rows["starts"])
    ends_known = np.maximum(recorded(rng, rows["ends"].to_numpy(), at_once=True), known)
    return Register(
        pd.DataFrame(
            {
                "invo_involvements_id": 600101 + np.arange(count),
                "invo_person_id": rows["person"],
                "invo_professional_id": rows["professional"],
                "invo_professional_role_id": coded(rows["role"], ROLES),
                "invo_professional_team": coded(staff.posts["team"].to_numpy()[rows["post"]], TEAMS),
                "invo_involvement_start_date": rows["starts"].astype(np.int32),
                "invo_involvement_end_date": rows["ends"],
                "invo_worker_change_reason": coded(reason, _CHANGE_REASONS),
                "invo_referral_id": rows["referral"],
                "known_from": known.astype(np.int32),
                "ends_known": ends_known.astype(np.int32),
            }
        ),
        {"ends_known": ("invo_involvement_end_date",)},
        {"invo_referral_id": "RF"},
    )


def caseloads(register: Register, on: int) -> pd.Series:
    """How many people each professional works with, as the export of a day has it."""
    known = register.known_on(on, ("invo_professional_id", "invo_involvement_end_date"))
    still = known["invo_involvement_end_date"] == NEVER
    return pd.Series(known["invo_professional_id"][still]).value_counts()
