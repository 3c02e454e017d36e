"""Foster carer reviews: once a year of the council's own households and at need, as many as `targets` has."""

import numpy as np
import pandas as pd

from include.sample.chance import between, chance, choose, coded, flags, pick, stream
from include.sample.days import NEVER, YEAR, add_months, day, first_of_financial_year, on_working_day
from include.sample.fostering.households import ours
from include.sample.recording import recorded
from include.sample.register import Register
from include.sample.staff.workforce import IRO, Workforce
from include.sample.targets import LAST_HALF, Targets

_REVIEWED_FROM = 2014
_FORMATS = {"FACE_TO_FACE": 70, "VIDEO": 12, "HYBRID": 10, "DESKTOP": 8}


def carer_review_register(seed: int, homes: pd.DataFrame, staff: Workforce, targets: Targets) -> Register:
    """cssu.foster_carer_reviews: yearly for the council's own, as many as `targets` has; the next one planned."""
    rng = stream(seed, "carer reviews")
    held = _held(rng, homes, targets)
    count = len(held)
    order = np.lexsort((held["review"], held["home"]))
    held = held.iloc[order].reset_index(drop=True)
    first = ~held["home"].duplicated().to_numpy()
    approved = homes["approved"].to_numpy()[held["home"]]
    before = np.where(first, approved, np.append(0, held["review"].to_numpy()[:-1]))
    due = np.where(held["extra"], held["review"] + between(rng, 3, 20, count), add_months(before, 12))
    held = held.assign(due=due, first=first)
    # the next one of who is still approved is planned at the last
    last = ~held["home"].duplicated(keep="last").to_numpy()
    ended = homes["ended"].to_numpy()
    held_known = recorded(rng, held["review"].to_numpy())
    held = held.assign(
        known=np.minimum(np.where(first, approved + 30, np.append(0, held_known[:-1])), held_known),
        held_known=held_known,
    )
    next_due = add_months(held["review"].to_numpy()[last], 12)
    following = held[last].assign(
        due=next_due, review=NEVER, first=False, extra=False, known=held_known[last], held_known=NEVER
    )
    following = following[(ended[following["home"]] > following["due"]) & (following["due"] < LAST_HALF + 400)]
    # who was not reviewed yet waits for the first
    never = np.flatnonzero(ours(homes) & ~np.isin(np.arange(len(homes)), held["home"]))
    waiting = pd.DataFrame(
        {"home": never, "review": NEVER, "extra": False, "first": True,
         "due": add_months(homes["approved"].to_numpy()[never], 12),
         "known": homes["approved"].to_numpy()[never] + 30, "held_known": NEVER}
    )  # fmt: skip
    frame = pd.concat([held, following, waiting], ignore_index=True)
    frame = frame[(frame["due"] >= day("2014-04-01")).to_numpy()]
    frame = frame.sort_values(["due", "home"], kind="stable", ignore_index=True)
    return _as_rows(rng, frame, homes, staff)


def _held(rng: np.random.Generator, homes: pd.DataFrame, targets: Targets) -> pd.DataFrame:
    """Reviews held, year by year, as many as targeted: too many are put off, too few get others for a reason."""
    approved, ended = homes["approved"].to_numpy(), homes["ended"].to_numpy()
    years_back = np.maximum((first_of_financial_year(_REVIEWED_FROM) - approved) // YEAR, 0)
    before = add_months(approved, 12 * years_back).astype(np.int64)
    found = []
    for year in range(_REVIEWED_FROM, 2032):
        begins, stops = int(first_of_financial_year(year)), int(first_of_financial_year(year + 1))
        due = add_months(before, 12)
        meant = on_working_day(np.maximum(due - between(rng, 0, 26, len(homes)), begins))
        meant = np.where(
            chance(rng, 15, len(homes)),
            on_working_day(np.maximum(due, begins) + between(rng, 4, 110, len(homes))),
            meant,
        )
        falls = ours(homes) & (meant >= begins) & (meant < stops) & (meant < ended) & (due < stops + 20)
        quota = targets.foster_carer_reviews(year)
        surplus = int(falls.sum()) - quota
        # put off to the next year: those due latest
        put_off = choose(rng, falls, surplus, 1.0 + np.clip(meant - begins, 0, 400) ** 2)
        falls[put_off] = False
        rows = np.flatnonzero(falls)
        found.append(pd.DataFrame({"home": rows, "review": meant[rows], "extra": False}))
        before[rows] = meant[rows]
        if surplus < 0:
            may = ours(homes) & (approved < begins) & (ended > stops) & ~np.isin(np.arange(len(homes)), put_off)
            more = choose(rng, may, -surplus)
            # a second review in the year, well before or after the first
            first = before[more]
            extra = np.where(
                first - begins > 182, begins + between(rng, 5, 90, len(more)), stops - between(rng, 15, 100, len(more))
            )
            extra = on_working_day(extra)
            found.append(pd.DataFrame({"home": more, "review": extra, "extra": True}))
            before[more] = np.maximum(before[more], extra)
    return pd.concat(found, ignore_index=True)


def _as_rows(rng: np.random.Generator, frame: pd.DataFrame, homes: pd.DataFrame, staff: Workforce) -> Register:
    count = len(frame)
    review = frame["review"].to_numpy()
    happened = review < NEVER
    posts = staff.posts_of(IRO, (2,))
    chair = staff.holder(posts[frame["home"].to_numpy() % len(posts)], np.where(happened, review, 0))
    panel = np.where(frame["first"] | chance(rng, 12, count), review + between(rng, 14, 60, count), NEVER)
    written = review + between(rng, 2, 30, count)
    kind = np.where(frame["first"], 0, np.where(frame["extra"], 2 + chance(rng, 50, count), 1))
    ends = homes["ended"].to_numpy()[frame["home"]] < review + 60
    days = {
        name: np.where(happened, review - between(rng, 2, 25, count), NEVER).astype(np.int32)
        for name in ("carer", "child", "worker", "report")
    }
    for name in ("child", "worker"):
        days[name] = np.where(chance(rng, 30, count), NEVER, days[name]).astype(np.int32)
    known = frame["known"].to_numpy()
    ended_known = homes["ended"].to_numpy()[frame["home"]]
    rows = pd.DataFrame(
        {
            "review_id": 320101 + np.arange(count),
            "household_id": homes["household_id"].to_numpy()[frame["home"]],
            "due_date": frame["due"].astype(np.int32),
            "review_type": coded(kind, ("FIRST", "ANNUAL", "AFTER_ALLEGATION", "CHANGE")),
            "meeting_format": pick(rng, _FORMATS, count),
            "review_date": review.astype(np.int32),
            "chair_professional_id": np.where(happened, chair, -1),
            "panel_date": np.where(happened, panel, NEVER).astype(np.int32),
            "carer_views_date": days["carer"],
            "child_views_date": days["child"],
            "placing_worker_views_date": days["worker"],
            "supervising_report_date": days["report"],
            "written_up_date": np.where(happened, written, NEVER).astype(np.int32),
            "outcome": coded(
                np.where(happened, np.where(ends, 2, np.where(chance(rng, 10, count), 1, 0)), -1),
                ("CONTINUE", "CHANGE_TERMS", "END_APPROVAL"),
            ),
            "lado_issue": flags(chance(rng, 2, count)),
            "known_from": known.astype(np.int32),
            "known_until": np.where(happened, NEVER, np.maximum(ended_known, known)).astype(np.int32),
            "held_known": frame["held_known"].astype(np.int32),
        }
    )
    rows["written_known"] = np.where(happened, np.maximum(rows["written_up_date"], rows["held_known"]), NEVER).astype(
        np.int32
    )
    rows["panel_known"] = np.maximum(rows["panel_date"], rows["held_known"]).astype(np.int32)
    return Register(
        rows,
        {
            "held_known": ("meeting_format", "review_date", "chair_professional_id", "carer_views_date",
                           "child_views_date",
                           "placing_worker_views_date", "supervising_report_date", "outcome", "lado_issue"),
            "written_known": ("written_up_date",),
            "panel_known": ("panel_date",),
        },
    )  # fmt: skip
