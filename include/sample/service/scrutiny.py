"""Looks at cases from outside them, and what professionals learn together."""

import numpy as np
import pandas as pd

from include.sample.chance import between, chance, coded, draw, pick, stream
from include.sample.days import NEVER, add_months, on_working_day
from include.sample.recording import recorded
from include.sample.register import Register
from include.sample.staff.workforce import IRO, SOCIAL_WORKER, Workforce
from include.sample.targets import FIRST_NIGHT, LAST_HALF, Targets

_KINDS = ("FIFTEEN_MONTH", "REPEAT_PLAN_AUDIT", "RETHINK", "CHALLENGE_AND_SUPPORT", "AUDIT", "OBSERVATION")
_THEMES = ("CHILD_PROTECTION_PLAN", "REPEAT_PLAN", "PERMANENCE", "DRIFT_AND_DELAY", "VOICE_OF_CHILD", "ADVOCACY",
           "FAMILY_GROUP_CONFERENCE", "RELATIONAL_PRACTICE", "LEARNING_FROM_REVIEWS", "RECORDING")  # fmt: skip
_BEGAN = FIRST_NIGHT - 365
_AUDITS = 46  # a year, besides those of plans


def scrutiny_register(seed: int, plans: pd.DataFrame, reviews: pd.DataFrame, targets: Targets) -> Register:
    """cssu.scrutiny: of plans at fifteen months, of one repeat plan in five, and audits of reviews."""
    rng = stream(seed, "scrutiny")
    starts, ends = plans["starts"].to_numpy(), plans["ends"].to_numpy()
    mark = add_months(starts, 15)
    long = np.flatnonzero((mark < ends) & (mark > _BEGAN) & chance(rng, 90, len(plans)))
    again = np.flatnonzero(plans["earlier"].to_numpy() & (starts > _BEGAN) & chance(rng, 20, len(plans)))
    years = (LAST_HALF - _BEGAN) // 365
    held = np.flatnonzero(((reviews["held"] < NEVER) & (reviews["held"] > _BEGAN)).to_numpy())
    audited = np.sort(held[rng.permutation(len(held))[: targets.scaled(_AUDITS, least=3) * years]])
    frame = pd.concat(
        [
            _of_plans(plans, long, 0, mark[long] + between(rng, -8, 14, len(long))),
            _of_plans(plans, again, 1, starts[again] + between(rng, 20, 90, len(again))),
            pd.DataFrame(
                {
                    "kind": draw(rng, {2: 2, 3: 3, 4: 6, 5: 4}, len(audited)),
                    "on": reviews["held"].to_numpy()[audited] + between(rng, 5, 80, len(audited)),
                    "plan": -1,
                    "person": reviews["person_id"].to_numpy()[audited],
                    "theme": rng.integers(2, len(_THEMES), len(audited)),
                }
            ),
        ],
        ignore_index=True,
    )  # fmt: skip
    frame["on"] = on_working_day(frame["on"].to_numpy(), "forward")
    frame = frame.sort_values(["on", "person"], kind="stable", ignore_index=True)
    count, on = len(frame), frame["on"].to_numpy()
    due = np.where(chance(rng, 55, count), on + between(rng, 20, 70, count), NEVER)
    done = np.where((due < NEVER) & chance(rng, 80, count), due + between(rng, -15, 20, count), NEVER)
    known = recorded(rng, on, at_once=True)
    rows = pd.DataFrame(
        {
            "scrutiny_id": 390101 + np.arange(count),
            "kind": coded(frame["kind"], _KINDS),
            "date": on,
            "person_id": frame["person"],
            "cp_plan_id": np.where(frame["plan"] >= 0, 450101 + frame["plan"], -1),
            "theme": coded(frame["theme"], _THEMES),
            "judgement": pick(
                rng,
                {"GOOD": 45, "REQUIRES_IMPROVEMENT": 35, "OUTSTANDING": 5, "INADEQUATE": 5, "NOT_JUDGED": 10},
                count,
            ),
            "follow_up_due": due.astype(np.int32),
            "follow_up_done": done.astype(np.int32),
            "known_from": known,
            "done_known": np.maximum(done, known).astype(np.int32),
        }
    )
    return Register(rows, {"done_known": ("follow_up_done",)})


def _of_plans(plans: pd.DataFrame, rows: np.ndarray, kind: int, on: np.ndarray) -> pd.DataFrame:
    """Scrutiny of plans: kind and theme have the same place."""
    person = plans["person_id"].to_numpy()[rows]
    return pd.DataFrame({"kind": kind, "on": on, "plan": rows, "person": person, "theme": kind})


def training_register(seed: int, staff: Workforce, targets: Targets) -> Register:
    """cssu.training: an event a month, attended by some of those in post."""
    rng = stream(seed, "training")
    days = on_working_day(np.arange(_BEGAN, LAST_HALF, 30, dtype=np.int64))
    posts = np.concatenate([staff.posts_of(IRO), staff.posts_of(SOCIAL_WORKER)[: targets.scaled(40, least=3)]])
    event, place = np.divmod(np.arange(len(days) * len(posts)), len(posts))
    came = chance(rng, 30, len(event))
    event, place = event[came], place[came]
    kind, theme = rng.integers(0, 3, len(days)), rng.integers(0, len(_THEMES), len(days))
    rows = pd.DataFrame(
        {
            "training_id": 400101 + event,
            "professional_id": staff.holder(posts[place], days[event]),
            "date": days[event],
            "kind": coded(kind[event], ("TRAINING", "GROUP_SUPERVISION", "LEARNING_EVENT")),
            "theme": coded(theme[event], _THEMES),
            "known_from": days[event] + 3,
        }
    )
    return Register(
        rows.drop_duplicates(["training_id", "professional_id"], ignore_index=True), prefixes={"training_id": "TR"}
    )
