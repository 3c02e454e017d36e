"""Mind of My Own: the statements that children sent, alone or with a worker, a year at a time."""

import numpy as np
import pandas as pd

from include.sample.chance import between, chance, coded, draw, flags, pick, stream
from include.sample.days import YEAR
from include.sample.names import FORENAMES
from include.sample.staff.allocations import Allocations
from include.sample.targets import Targets, day

SCENARIOS = {"SHARE_GOOD_NEWS": 20, "GET_READY_FOR_A_MEETING": 24, "WORKER_VISIT": 14, "WELLBEING": 12,
             "CHANGE_SOMETHING": 8, "SORT_OUT_A_PROBLEM": 7, "PLANNING_FOR_ADULTHOOD": 5, "EVERYDAY_LIFE": 6,
             "CONFERENCE": 2, "FOSTER_CARE_REVIEW": 2}  # fmt: skip
_MOODS = {"POSITIVE": 6, "MIXED": 3, "CONCERN": 2}
_FEELINGS = ("HAPPY;PROUD", "CALM;TIRED", "SAD;WORRIED")
_TOPICS = tuple(f"{topic};MY_PLAN" for topic in ("HOME", "SCHOOL", "FAMILY_TIME", "FRIENDS", "HEALTH", "MY_WORKER"))
_TEXTS = tuple(f"I talked with {name}, and I want my review to know about it." for name in FORENAMES)
_A_DAY, _LEAST_A_DAY = 5, 4
_SECONDS = 24 * 3600


def statements(
    seed: int, first: int, last: int, night: int, periods: pd.DataFrame, allocated: Allocations, targets: Targets
) -> dict[str, np.ndarray | pd.Categorical]:
    """The statements sent from day `first` to day `last`, as they stood at the end of `night`.

    Every sixth account is matched to its child only days later; what was read later is not known yet.
    """
    years = range(int(str(np.datetime64(first, "D"))[:4]), int(str(np.datetime64(last, "D"))[:4]) + 1)
    frame = pd.concat([_of_year(seed, year, periods, allocated, targets) for year in years], ignore_index=True)
    frame = frame[((frame["day"] >= first) & (frame["day"] <= last)).to_numpy()].reset_index(drop=True)
    end = (night + 1) * _SECONDS
    for name in ("read_at", "saved_to_record_at"):
        frame[name] = np.where(frame[name] < end, frame[name], -1)
    frame["person_id"] = np.where(frame["matched_on"] <= night, frame["person_id"], -1)
    return {name: frame[name].array if hasattr(frame[name], "cat") else frame[name].to_numpy() for name in frame}


def _of_year(seed: int, year: int, periods: pd.DataFrame, allocated: Allocations, targets: Targets) -> pd.DataFrame:
    rng = stream(seed, f"statements {year}")
    begins, ends = day(f"{year}-01-01"), day(f"{year + 1}-01-01")
    a_day = targets.scaled(_A_DAY, least=_LEAST_A_DAY)
    on = np.repeat(np.arange(begins, ends), between(rng, a_day - 2, a_day + 3, ends - begins))
    count = len(on)
    entered, left, dob = (periods[name].to_numpy() for name in ("entered", "left", "dob"))
    may = np.flatnonzero((entered < ends) & (left > begins) & (ends - dob > 6 * YEAR))
    child = np.full(count, -1, dtype=np.int64)
    for _ in range(40):
        tried = may[rng.integers(0, len(may), count)]
        fits = (entered[tried] + 10 <= on) & (left[tried] > on) & (on - dob[tried] > 5 * YEAR)
        child = np.where((child < 0) & fits, tried, child)
    on, child = on[child >= 0], child[child >= 0]
    count = len(on)
    sent = (
        on * np.int64(_SECONDS)
        + np.sort(between(rng, 7 * 3600, 22 * 3600, count).astype(np.int64))[np.argsort(rng.permutation(count))]
    )
    order = np.lexsort((sent, on))
    on, child, sent = on[order], child[order], sent[order]
    read = sent + between(rng, 300, 30 * 3600, count)
    saved = read + between(rng, 60, 20 * 3600, count)
    with_worker, to_iro = chance(rng, 35, count), chance(rng, 40, count)
    person = periods["person_id"].to_numpy()[child]
    worker, iro = allocated.allocated(1, person, on), allocated.allocated(0, person, on)
    recipient = np.where(to_iro, iro, worker)
    mood = draw(rng, dict(enumerate(_MOODS.values())), count)
    return pd.DataFrame(
        {
            "statement_id": (year * np.int64(10_000_000)) + 1 + np.arange(count),
            "day": on,
            "submitted_at": sent,
            "app": coded(with_worker * 1, ("ONE", "EXPRESS")),
            "scenario": pick(rng, SCENARIOS, count),
            "account_type": coded(with_worker * 1, ("YOUNG_PERSON", "WORKER")),
            "person_id": person,
            "matched_on": np.where(np.arange(count) % 6 == 3, on + between(rng, 1, 30, count), on),
            "worker_professional_id": np.where(with_worker, worker, -1),
            "recipient_professional_id": recipient,
            "recipient_role": coded(np.where(recipient < 0, -1, np.where(to_iro, 0, 1)), ("IRO", "Social Worker")),
            "read_at": read,
            "saved_to_record_at": np.where(chance(rng, 93, count), saved, np.int64(1) << 60),
            "safety_flag": flags((mood == 2) & chance(rng, 30, count)),
            "feelings": coded(mood, _FEELINGS),
            "topics": coded(rng.integers(0, len(_TOPICS), count), _TOPICS),
            "sentiment": coded(mood, tuple(_MOODS)),
            "statement_text": coded(rng.integers(0, len(_TEXTS), count), _TEXTS),
        }
    )


STATEMENT_PREFIX = {"statement_id": "MM"}
