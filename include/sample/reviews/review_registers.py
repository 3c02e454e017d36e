"""What the case system and the unit's registers say of reviews of children in care."""

import numpy as np
import pandas as pd

from include.sample.chance import between, chance, coded, flags, pick, stream
from include.sample.days import NEVER, working_days_after
from include.sample.recording import clean_up, recorded, with_mistakes
from include.sample.register import Register
from include.sample.reviews.review_dates import PARTICIPATION
from include.sample.staff.allocations import Allocations
from include.sample.targets import FIRST_NIGHT

LATE_REASONS = (
    "SOCIAL_WORK_CAPACITY",
    "IRO_CAPACITY",
    "REPORT_LATE",
    "CHILD_OR_FAMILY_ASKED",
    "COURT",
    "ILLNESS",
    "OTHER",
)
_FORMATS = {"FACE_TO_FACE": 64, "HYBRID": 18, "VIDEO": 14, "PHONE": 2, "NO_MEETING": 2}
_TEXTS = tuple(
    f"Talked of {what} with the child; see the plan." for what in ("home", "school", "family time", "friends")
)
_ADJOURNED = 1.4  # in a hundred reviews
_SECOND_MEETING = 50_000_000  # between the ids of a review's two meetings
REGISTER_BEGAN = FIRST_NIGHT - 3 * 365
"""The unit's own register of reviews has none from before."""


def add_known(
    seed: int, reviews: pd.DataFrame, periods: pd.DataFrame, known: np.ndarray, allocated: Allocations
) -> pd.DataFrame:
    """The reviews with `review_id`, `review_detail_id`, `held_known`, `form_known` (NEVER: not held), `chair`, and
    `resumed` (the day of the second meeting of a review that was adjourned, NEVER of others).
    """
    rng = stream(seed, "forms of reviews")
    held = reviews["held"].to_numpy()
    happened = held < NEVER
    at_least = known[reviews["period"]]
    held_known = np.where(happened, np.maximum(recorded(rng, held, at_once=True), at_least), NEVER)
    days = np.where(chance(rng, 94, len(held)), between(rng, 1, 21, len(held)), between(rng, 22, 60, len(held)))
    # a review can be adjourned once, for twenty working days at most
    usual = np.where(happened, held, 0)
    second = working_days_after(usual, between(rng, 4, 20, len(held)))
    another = np.append(np.diff(reviews["period"]) == 0, False)
    following = np.where(another, np.append(reviews["meant"].to_numpy()[1:], NEVER), NEVER)
    until = np.minimum(following, periods["left"].to_numpy()[reviews["period"]])
    resumed = np.where(happened & chance(rng, _ADJOURNED, len(held)) & (second < until - 20), second, NEVER)
    # the forms of a year are complete when its return is made, and none before the review is over
    last = np.where(resumed < NEVER, resumed + 6, usual)
    form = np.where(happened, np.maximum(np.maximum(np.minimum(last + days, clean_up(usual)), held_known), last), NEVER)
    order = np.argsort(np.minimum(held, reviews["meant"]), kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    person = periods["person_id"].to_numpy()[reviews["period"]]
    chair = allocated.allocated(0, person, np.where(happened, held, reviews["meant"]))
    return reviews.assign(
        review_id=810101 + rank, review_detail_id=820101 + rank, rank=rank, person_id=person,
        held_known=held_known.astype(np.int32), form_known=form.astype(np.int32), chair=chair,
        resumed=resumed.astype(np.int32),
    )  # fmt: skip


def review_register(seed: int, reviews: pd.DataFrame, periods: pd.DataFrame) -> Register:
    """ssd.cla_reviews: there once its form is complete; of a few the id is missing."""
    rng = stream(seed, "review register")
    mine = reviews[(reviews["held"] < NEVER).to_numpy()].sort_values("rank", kind="stable")
    count = len(mine)
    rows = pd.DataFrame(
        {
            "clar_cla_review_id": np.where(chance(rng, 0.6, count), -1, mine["review_id"]),
            "clar_cla_id": periods["cla_id"].to_numpy()[mine["period"]],
            "clar_cla_review_due_date": (mine["due"] + np.where(chance(rng, 6, count), 7, 0)).astype(np.int32),
            "clar_cla_review_date": mine["held"].to_numpy(),
            "clar_cla_review_cancelled": flags(np.zeros(count, dtype=bool)),
            "clar_cla_review_participation": coded(mine["participation"], PARTICIPATION),
            "known_from": mine["form_known"].to_numpy(),
        }
    )
    return Register(rows)


def detail_register(
    seed: int,
    reviews: pd.DataFrame,
    special: np.ndarray,
    periods: pd.DataFrame,
    known: np.ndarray,
    end_known: np.ndarray,
) -> Register:
    """cssu.review_details: planned at the review before, gone again where the child leaves first.

    A review that was adjourned stands there with both its meetings. `special`: the id of the special review that each
    meeting was too, -1 of most.
    """
    rng = stream(seed, "review details")
    same = reviews["period"] == reviews["period"].shift(fill_value=-1)
    before = np.where(same, reviews["held_known"].shift(fill_value=0), 0)
    planned_known = np.where(same, before, known[reviews["period"]] + 2)
    mine = np.flatnonzero((reviews["meant"] >= REGISTER_BEGAN).to_numpy())
    mine = mine[np.argsort(reviews["rank"].to_numpy()[mine], kind="stable")]
    frame = reviews.iloc[mine].reset_index(drop=True)
    count = len(frame)
    held = frame["held"].to_numpy()
    happened = held < NEVER
    late = frame["late"].to_numpy()
    invited = chance(rng, 94, count)
    planned = np.where(happened & ~late & chance(rng, 80, count), held, frame["meant"])
    form, held_known = frame["form_known"].to_numpy(), frame["held_known"].to_numpy()
    known_from = np.minimum(planned_known[mine], np.where(happened, held_known, NEVER))
    left_known = end_known[frame["period"]]
    adjourned = frame["resumed"].to_numpy() < NEVER
    over = np.where(adjourned, frame["resumed"], held)
    rows = pd.DataFrame(
        {
            "review_detail_id": frame["review_detail_id"],
            "person_id": frame["person_id"],
            "cla_id": periods["cla_id"].to_numpy()[frame["period"]],
            "planned_date": planned.astype(np.int32),
            "review_id": np.where(happened, frame["review_id"], -1),
            "held_date": held,
            "chair_professional_id": np.where(happened, frame["chair"], -1),
            "review_type": coded(np.minimum(frame["number"], 3) - 1, ("FIRST", "SECOND", "SUBSEQUENT")),
            "meeting_format": pick(rng, _FORMATS, count),
            "series_number": np.ones(count, dtype=np.int64),
            "adjourned_to_review_id": np.where(adjourned, frame["review_detail_id"] + _SECOND_MEETING, -1),
            "also_review_id": special[mine],
            "child_seen_before": flags(chance(rng, 82, count)),
            "late_reason": coded(np.where(late, rng.integers(0, len(LATE_REASONS), count), -1), LATE_REASONS),
            "report_received_date": (held - between(rng, 0, 6, count)).astype(np.int32),
            "parents_invited": flags(invited),
            "parents_took_part": flags(invited & chance(rng, 70, count)),
            "advocacy_discussed": flags(chance(rng, 85, count)),
            "independent_visitor_considered": flags(chance(rng, 40, count)),
            "midway_check_date": np.where(happened & chance(rng, 60, count), held + between(rng, 60, 90, count), NEVER),
            "decisions_shared_date": np.where(happened, over + between(rng, 1, 7, count), NEVER),
            "record_completed_date": np.where(happened, form, NEVER),
            "known_from": known_from.astype(np.int32),
            "known_until": np.where(happened, NEVER, np.maximum(left_known, known_from)),
            "held_known": held_known,
            "form_known": form,
        }
    )
    for name in ("report_received_date", "midway_check_date", "decisions_shared_date", "record_completed_date"):
        rows[name] = np.minimum(rows[name], NEVER).astype(np.int32)
    rows["report_received_date"] = np.where(happened, rows["report_received_date"], NEVER).astype(np.int32)
    rows["known_until"] = rows["known_until"].astype(np.int32)
    rows["midway_known"] = np.maximum(rows["midway_check_date"], rows["held_known"])
    rows["shared_known"] = np.where(happened, np.maximum(rows["decisions_shared_date"], rows["held_known"]), NEVER)
    rows = _with_second_meetings(rng, rows, frame["resumed"].to_numpy())
    of_the_meeting = (
        "held_date", "chair_professional_id", "meeting_format", "series_number", "adjourned_to_review_id",
        "also_review_id", "child_seen_before",
        "late_reason", "report_received_date", "parents_invited", "parents_took_part", "advocacy_discussed",
        "independent_visitor_considered",
    )  # fmt: skip
    return Register(
        rows,
        {
            "held_known": of_the_meeting,
            "form_known": ("review_id", "record_completed_date"),
            "midway_known": ("midway_check_date",),
            "shared_known": ("decisions_shared_date",),
        },
        {"review_detail_id": "RD", "adjourned_to_review_id": "RD", "also_review_id": "SR"},
    )


def _with_second_meetings(rng: np.random.Generator, rows: pd.DataFrame, resumed: np.ndarray) -> pd.DataFrame:
    """The meetings and the second ones of reviews that were adjourned: planned at the first; what was decided, and that
    the record is complete, stands with the second, the case system's id with the first.
    """
    first = np.flatnonzero(resumed < NEVER)
    day = resumed[first]
    planned_known = rows["held_known"].to_numpy()[first]
    second = rows.iloc[first].assign(
        review_detail_id=rows["review_detail_id"].to_numpy()[first] + _SECOND_MEETING,
        planned_date=day, held_date=day, series_number=2, adjourned_to_review_id=-1, review_id=-1, also_review_id=-1,
        late_reason=coded(np.full(len(first), -1), LATE_REASONS), midway_check_date=NEVER, report_received_date=NEVER,
        meeting_format=pick(rng, _FORMATS, len(first)), known_from=planned_known,
        held_known=np.maximum(recorded(rng, day, at_once=True), planned_known), midway_known=NEVER,
    )  # fmt: skip
    rows.loc[first, ["decisions_shared_date", "record_completed_date", "shared_known"]] = NEVER
    return pd.concat([rows, second.astype(rows.dtypes.to_dict())], ignore_index=True)


def action_register(seed: int, reviews: pd.DataFrame) -> Register:
    """cssu.review_actions: one or two decisions of each review held since the register began."""
    rng = stream(seed, "review actions")
    mine = reviews[((reviews["held"] < NEVER) & (reviews["held"] >= REGISTER_BEGAN + 730)).to_numpy()]
    mine = mine.sort_values("rank", kind="stable")
    mine = mine.loc[np.repeat(mine.index.to_numpy(), rng.integers(1, 3, len(mine)))]
    count = len(mine)
    held, known = mine["held"].to_numpy(), mine["form_known"].to_numpy()
    due = held + between(rng, 20, 150, count)
    done = np.where(chance(rng, 86, count), held + between(rng, 10, 170, count), NEVER).astype(np.int32)
    done = np.maximum(done, known)
    base = pd.DataFrame(
        {
            "action_id": 490101 + np.arange(count),
            "review_id": mine["review_id"].to_numpy(),
            "meeting_id": np.int64(-1),
            "person_id": mine["person_id"].to_numpy(),
            "owner_role": pick(rng, {"SOCIAL_WORKER": 7, "TEAM_MANAGER": 1, "IRO": 1, "FOSTER_CARER": 1}, count),
            "due_date": due.astype(np.int32),
            "done_date": NEVER,
            "status": coded(np.zeros(count), ("OPEN", "DONE", "NOT_DONE", "SUPERSEDED")),
            "known_from": known,
            "known_until": done,
        }
    )
    finished = np.flatnonzero(done < NEVER)
    after = base.iloc[finished].assign(known_from=done[finished], known_until=NEVER, done_date=done[finished])
    after["status"] = coded(np.ones(len(finished)), ("OPEN", "DONE", "NOT_DONE", "SUPERSEDED"))
    return Register(pd.concat([base, after.astype(base.dtypes.to_dict())], ignore_index=True))


def contact_register(seed: int, reviews: pd.DataFrame) -> Register:
    """cssu.iro_contacts: before, at and between reviews."""
    rng = stream(seed, "iro contacts")
    mine = reviews[
        ((reviews["held"] < NEVER) & (reviews["held"] >= REGISTER_BEGAN + 365) & (reviews["chair"] >= 0)).to_numpy()
    ]
    kinds = []
    # purpose, percent, days from the review (from, to), method
    for purpose, percent, low, high, method in (
        (0, 8, -20, -12, 0),
        (1, 72, -12, -1, 0),
        (2, 92, 0, 0, 5),
        (3, 45, 40, 100, 1),
    ):
        rows = mine[chance(rng, percent, len(mine))]
        first = (rows["number"] == 1).to_numpy()
        rows = rows[first] if purpose == 0 else rows
        size = len(rows)
        other = np.where(chance(rng, 35, size), rng.integers(0, 5, size), method)
        kinds.append(
            pd.DataFrame(
                {
                    "person_id": rows["person_id"].to_numpy(), "professional_id": rows["chair"].to_numpy(),
                    "contact_date": (rows["held"].to_numpy() + between(rng, low, high, size)).astype(np.int32),
                    "method": 5 if purpose == 2 else other, "purpose": purpose,
                    "review_id": rows["review_id"].to_numpy(), "held_known": rows["held_known"].to_numpy(),
                }
            )
        )  # fmt: skip
    frame = pd.concat(kinds, ignore_index=True).sort_values(
        ["contact_date", "person_id"], kind="stable", ignore_index=True
    )
    count = len(frame)
    known = recorded(rng, frame["contact_date"].to_numpy())
    known = np.where(frame["purpose"] == 2, np.maximum(known, frame["held_known"]), known)
    rows = pd.DataFrame(
        {
            "contact_id": 1_500_101 + np.arange(count),
            "person_id": frame["person_id"],
            "professional_id": frame["professional_id"],
            "contact_date": frame["contact_date"],
            "method": coded(frame["method"], ("VISIT", "OUTING", "VIDEO", "PHONE", "TEXT", "IN_REVIEW")),
            "purpose": coded(
                frame["purpose"], ("INTRODUCTION", "BEFORE_REVIEW", "AT_REVIEW", "BETWEEN_REVIEWS", "AFTER_REVIEW")
            ),
            "child_seen_alone": flags(chance(rng, 70, count), among=(frame["method"] < 2).to_numpy(), otherwise="NA"),
            "review_id": np.where(frame["purpose"] == 2, frame["review_id"], -1),
            "note": coded(rng.integers(0, len(_TEXTS), count), _TEXTS),
            "known_from": known.astype(np.int32),
            "known_until": NEVER,
            "form_known": np.maximum(frame["held_known"] + 30, known).astype(np.int32),
        }
    )
    rows = with_mistakes(rng, rows, "contact_id", 2, 1_500_101 + 100_000_000)
    return Register(rows, {"form_known": ("review_id",)})


def change_register(seed: int, reviews: pd.DataFrame, periods: pd.DataFrame) -> Register:
    """cssu.meeting_changes: every late review was moved, and a few others."""
    rng = stream(seed, "meeting changes")
    moved = (
        (reviews["held"] < NEVER)
        & (reviews["meant"] >= REGISTER_BEGAN)
        & (reviews["late"] | chance(rng, 3, len(reviews)))
    )
    mine = reviews[moved.to_numpy()].sort_values("rank", kind="stable")
    count = len(mine)
    original = np.where(mine["late"], mine["meant"], mine["held"] - between(rng, 2, 14, count))
    original = np.where(original == mine["held"], original - 7, original)
    decided = original - between(rng, 0, 10, count)
    rows = pd.DataFrame(
        {
            "change_id": 530101 + np.arange(count),
            "meeting_type": coded(np.zeros(count), ("CIC_REVIEW", "ICPC", "RCPC", "FCR")),
            "meeting_id": mine["review_detail_id"].to_numpy(),
            "person_id": mine["person_id"].to_numpy(),
            "original_date": original.astype(np.int32),
            "new_date": mine["held"].to_numpy(),
            "decided_date": decided.astype(np.int32),
            "asked_by": pick(
                rng, {"SOCIAL_WORKER": 5, "IRO": 2, "FAMILY": 2, "CHILD": 1, "CARER": 1, "OTHER_AGENCY": 1}, count
            ),
            "reason": coded(rng.integers(0, len(LATE_REASONS), count), LATE_REASONS),
            "child_view_sought": flags(chance(rng, 60, count)),
            "agreed_by_service_manager": flags(chance(rng, 80, count)),
            "known_from": np.minimum(recorded(rng, decided, at_once=True), mine["held_known"]).astype(np.int32),
        }
    )
    return Register(rows, prefixes={"meeting_id": "RD"})
