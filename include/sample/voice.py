"""Mind of My Own: the statements that children sent on one day, alone or with a worker."""

import numpy as np
import pandas as pd

from include.sample.chance import any_of, chance, pick, stream
from include.sample.people import FORENAME_ENDS, FORENAME_STARTS, invented_names
from include.sample.workforce import IRO, SOCIAL_WORKER, allocated

_SCENARIOS = (
    "SHARE_GOOD_NEWS",
    "GET_READY_FOR_A_MEETING",
    "WORKER_VISIT",
    "MY_WELLBEING",
    "CHANGE_SOMETHING",
    "SORT_OUT_A_PROBLEM",
    "PLANNING_FOR_ADULTHOOD",
    "EVERYDAY_LIFE",
)
_FEELINGS = {"POSITIVE": "HAPPY;PROUD", "MIXED": "CALM;TIRED", "CONCERN": "SAD;WORRIED"}
_TOPICS = ("HOME", "SCHOOL", "FAMILY_TIME", "FRIENDS", "HEALTH", "MY_WORKER")


def statements(seed: int, night: np.datetime64, periods: pd.DataFrame, allocations: pd.DataFrame) -> pd.DataFrame:
    """Between five and ten statements sent on `night`, in the contract's columns, by children in care on that day.

    Every sixth account is not matched to its child yet; what was read later than that day is not known yet.
    """
    rng = stream(seed, f"statements {night}")
    now = pd.Timestamp(night)
    in_care = periods[(periods["entered"] <= now) & ~(periods["left"] <= now)]
    old_enough = in_care.loc[now - in_care["dob"] > pd.Timedelta(days=5 * 366), "person_id"].to_numpy()
    count = int(rng.integers(5, 11))
    child = pd.Series(any_of(rng, old_enough, count))
    day = pd.Series(now, range(count))
    with_worker = chance(rng, 35, count)
    to_iro = chance(rng, 40, count)
    worker = allocated(allocations, SOCIAL_WORKER, child, day)
    recipient = pd.Series(np.where(to_iro, allocated(allocations, IRO, child, day), worker))
    sent = pd.Series(now + pd.to_timedelta(np.sort(rng.integers(7 * 3600, 22 * 3600, count)), unit="s"))
    read = sent + pd.to_timedelta(rng.integers(300, 12 * 3600, count), unit="s")
    saved = read + pd.to_timedelta(rng.integers(60, 4 * 3600, count), unit="s")
    next_day = now + pd.Timedelta(days=1)
    sentiment = pick(rng, {"POSITIVE": 6, "MIXED": 3, "CONCERN": 2}, count)
    friends = invented_names(rng, FORENAME_STARTS, FORENAME_ENDS, count)
    return pd.DataFrame(
        {
            "statement_id": [f"MM{night}-{number:02d}" for number in range(1, count + 1)],
            "submitted_at": sent,
            "app": np.where(with_worker, "EXPRESS", "ONE"),
            "scenario": any_of(rng, _SCENARIOS, count),
            "account_type": np.where(with_worker, "WORKER", "YOUNG_PERSON"),
            "person_id": child.mask(child.index % 6 == 3),
            "worker_professional_id": pd.Series(worker).where(with_worker),
            "recipient_professional_id": recipient,
            "recipient_role": pd.Series(np.where(to_iro, IRO, SOCIAL_WORKER)).where(recipient.notna()),
            "read_at": read.where(read < next_day),
            "saved_to_record_at": saved.where(saved < next_day),
            "safety_flag": np.where((sentiment == "CONCERN") & chance(rng, 30, count), "Y", "N"),
            "feelings": [_FEELINGS[mood] for mood in sentiment],
            "topics": [f"{topic};MY_PLAN" for topic in any_of(rng, _TOPICS, count)],
            "sentiment": sentiment,
            "statement_text": [f"I talked with {friend}, and I want my review to know about it." for friend in friends],
        }
    )
