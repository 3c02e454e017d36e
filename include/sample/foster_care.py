"""Foster households: approved, reviewed once a year and at need, until their approval ends; who lives with them."""

import numpy as np
import pandas as pd

from include.sample.chance import between, chance, choose, coded, draw, flags, pick, stream
from include.sample.days import NEVER, YEAR, add_months, first_of_financial_year, on_working_day
from include.sample.placements import FOSTERING, KINSHIP
from include.sample.recording import recorded
from include.sample.register import Register
from include.sample.targets import LAST_HALF, Targets, day
from include.sample.workforce import IRO, SUPERVISING, Workforce

_BEGINS = day("2008-04-01")
_APPROVALS = ("GENERAL", "CONNECTED_PERSON", "SHORT_BREAK", "TEMPORARY")
_GENERAL, _CONNECTED, _SHORT_BREAK, _TEMPORARY = range(4)
_REVIEWED_FROM = 2014
_FORMATS = {"FACE_TO_FACE": 70, "VIDEO": 12, "HYBRID": 10, "DESKTOP": 8}
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
    never = np.flatnonzero(_own(homes) & ~np.isin(np.arange(len(homes)), held["home"]))
    waiting = pd.DataFrame(
        {"home": never, "review": NEVER, "extra": False, "first": True,
         "due": add_months(homes["approved"].to_numpy()[never], 12),
         "known": homes["approved"].to_numpy()[never] + 30, "held_known": NEVER}
    )  # fmt: skip
    frame = pd.concat([held, following, waiting], ignore_index=True)
    frame = frame[(frame["due"] >= day("2014-04-01")).to_numpy()]
    frame = frame.sort_values(["due", "home"], kind="stable", ignore_index=True)
    return _as_rows(rng, frame, homes, staff)


def _own(homes: pd.DataFrame) -> np.ndarray:
    return (homes["own"] & (homes["kind"] != _TEMPORARY)).to_numpy()


def _held(rng: np.random.Generator, homes: pd.DataFrame, targets: Targets) -> pd.DataFrame:
    """Reviews held, year by year, as many as targeted: too many are put off, too few get others for a reason."""
    mine = np.flatnonzero(_own(homes))
    approved, ended = homes["approved"].to_numpy(), homes["ended"].to_numpy()
    years_back = np.maximum((first_of_financial_year(_REVIEWED_FROM) - approved) // YEAR, 0)
    before = np.where(years_back > 0, add_months(approved, 12 * np.maximum(years_back - 0, 0)), approved).astype(
        np.int64
    )
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
        falls = _own(homes) & (meant >= begins) & (meant < stops) & (meant < ended) & (due < stops + 20)
        quota = targets.foster_carer_reviews(year)
        surplus = int(falls.sum()) - quota
        # put off to the next year: those due latest
        put_off = choose(rng, falls, surplus, 1.0 + np.clip(meant - begins, 0, 400) ** 2)
        falls[put_off] = False
        rows = np.flatnonzero(falls)
        found.append(pd.DataFrame({"home": rows, "review": meant[rows], "extra": False}))
        before[rows] = meant[rows]
        if surplus < 0:
            may = _own(homes) & (approved < begins) & (ended > stops) & ~np.isin(np.arange(len(homes)), put_off)
            more = choose(rng, may, -surplus)
            # a second review in the year, well before or after the first
            first = before[more]
            extra = np.where(
                first - begins > 182, begins + between(rng, 5, 90, len(more)), stops - between(rng, 15, 100, len(more))
            )
            extra = on_working_day(extra)
            found.append(pd.DataFrame({"home": more, "review": extra, "extra": True}))
            before[more] = np.maximum(before[more], extra)
    assert len(mine)
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


def households_of(seed: int, placements: pd.DataFrame, periods: pd.DataFrame, homes: pd.DataFrame) -> np.ndarray:
    """The household (row, -1: none) of each placement: of the council's own, approved as it began. Siblings who are
    placed on one day mostly live together; a change of status with the same carer stays where it is.
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
        pool = np.flatnonzero(_own(homes) & np.isin(homes["kind"], kinds))
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
    return household[own_first][carer]


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
