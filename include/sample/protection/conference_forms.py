"""What the unit's own registers say of conferences: details, who took part, and the compliance form of each family."""

import numpy as np
import pandas as pd

from include.sample.chance import between, chance, choose, coded, draw, fit, flags, pick, stream
from include.sample.days import NEVER, YEAR
from include.sample.protection.conferences import TYPES, Conferences
from include.sample.recording import recorded
from include.sample.register import Register
from include.sample.reviews.review_registers import LATE_REASONS
from include.sample.targets import YEAR_BEGINS, YEAR_END, Targets

_FORMS = 643
# Yes, no, not applicable, of 643 forms. Those attended are among those invited.
_VOICE, _INVITED, _ATTENDED = (576, 24, 43), (83, 492, 68), (78, 492, 73)
_ANSWERS = ("Y", "N", "NA")
_FORMATS = {"FACE_TO_FACE": 62, "HYBRID": 22, "VIDEO": 16}
_NOT_ATTENDED = {"TOO_YOUNG": 48, "VIEWS_SOUGHT_BEFORE": 25, "SCHOOL_HOURS": 12, "DECLINED": 10, "OTHER": 5}
_VIEWS = {"SOCIAL_WORKER": 45, "CHAIR_BEFORE": 15, "ADVOCATE": 12, "WRITTEN": 10, "MIND_OF_MY_OWN": 8, "NOT_SHARED": 10}


def detail_register(seed: int, meetings: Conferences) -> Register:
    """cssu.conference_details: one row a meeting."""
    rng = stream(seed, "conference details")
    frame = meetings.meetings
    count = len(frame)
    late = frame["late"].to_numpy()
    invited = chance(rng, 97, count)
    discussed = np.where(frame["strategy"] < NEVER, np.minimum(frame["strategy"], frame["day"]), 0)
    rows = pd.DataFrame(
        {
            "meeting_id": frame["meeting_id"],
            "conference_type": coded(frame["type"], TYPES),
            "chair_professional_id": frame["chair"],
            "meeting_format": pick(rng, _FORMATS, count),
            "strategy_discussion_date": np.minimum(frame["strategy"], NEVER).astype(np.int32),
            # not before the discussion that led to the conference
            "report_shared_date": np.clip(frame["day"] - between(rng, 1, 16, count), discussed, None).astype(np.int32),
            "transfer_in": flags(frame["transfer_in"].to_numpy()),
            "late_reason": coded(np.where(late, rng.integers(0, len(LATE_REASONS), count), -1), LATE_REASONS),
            "parents_invited": flags(invited),
            "parents_took_part": flags(invited & chance(rng, 80, count)),
            "known_from": frame["known"],
        }
    )
    return Register(rows)


def participation_register(seed: int, meetings: Conferences) -> Register:
    """cssu.conference_participation: one row a child and meeting."""
    rng = stream(seed, "conference participation")
    frame = meetings.children.drop_duplicates(["meeting", "person"], ignore_index=True)
    count = len(frame)
    age = (frame["day"] - frame["dob"]).to_numpy()
    invited = (age > 8 * YEAR) & chance(rng, 45, count)
    attended = np.where(invited, draw(rng, {0: 45, 1: 25, 2: 30}, count), 2)
    young = age < 4 * YEAR
    reason = np.asarray(pick(rng, _NOT_ATTENDED, count).codes)
    views = np.where(attended < 2, 0, 1 + np.asarray(pick(rng, _VIEWS, count).codes))
    rows = pd.DataFrame(
        {
            "meeting_id": meetings.meetings["meeting_id"].to_numpy()[frame["meeting"]],
            "person_id": frame["person"],
            "invited": flags(invited, among=~young, otherwise="NA"),
            "attended": coded(attended, ("ALL", "PART", "NO")),
            "views_how": coded(np.where(young, -1, views), ("IN_PERSON", *_VIEWS)),
            "reason_not_attended": coded(np.where(attended < 2, -1, np.where(young, 0, reason)), tuple(_NOT_ATTENDED)),
            "known_from": meetings.meetings["known"].to_numpy()[frame["meeting"]],
        }
    )
    return Register(rows)


def form_register(seed: int, meetings: Conferences, targets: Targets) -> Register:
    """cssu.compliance_forms: one a family and conference, answered for the youngest child; some meetings have none."""
    rng = stream(seed, "compliance forms")
    frame = meetings.meetings
    day = frame["day"].to_numpy()
    of_year = (day >= YEAR_BEGINS) & (day <= YEAR_END)
    has_form = fit(rng, chance(rng, 88, len(frame)), of_year, targets.scaled(_FORMS))
    children = meetings.children.sort_values(["meeting", "dob"], kind="stable")
    youngest = children.drop_duplicates("meeting", keep="last").set_index("meeting")
    size = children.groupby("meeting")["person"].nunique()
    rows = np.flatnonzero(has_form)
    mine, of_year = frame.iloc[rows].reset_index(drop=True), of_year[rows]
    age = day[rows] - youngest["dob"].to_numpy()[rows]
    count = len(rows)
    voice = _answers(rng, of_year, age, _VOICE, targets, (89, 4, 7))
    invited = _answers(rng, of_year, age, _INVITED, targets, (15, 74, 11))
    attended = _attended(rng, of_year, invited, targets)
    reason = np.asarray(pick(rng, _NOT_ATTENDED, count).codes)
    known = np.maximum(recorded(rng, mine["day"].to_numpy()), mine["known"].to_numpy())
    table = pd.DataFrame(
        {
            "form_id": 470101 + np.arange(count),
            "meeting_id": mine["meeting_id"],
            "conference_type": coded(mine["type"], TYPES),
            "conference_date": mine["day"].astype(np.int32),
            "youngest_child_person_id": youngest["person"].to_numpy()[rows],
            "completed_by_professional_id": mine["chair"],
            "completed_date": np.minimum(known, mine["day"].to_numpy() + between(rng, 0, 12, count)).astype(np.int32),
            "children_in_family": size.to_numpy()[rows],
            "voice_heard": coded(voice, _ANSWERS),
            "child_invited": coded(invited, _ANSWERS),
            "child_attended": coded(attended, _ANSWERS),
            "attended_part": flags(chance(rng, 30, count), among=attended == 0, otherwise="NA"),
            "reason_not_attended": coded(np.where(attended == 1, reason, -1), tuple(_NOT_ATTENDED)),
            "advocacy_discussed": flags(chance(rng, 70, count)),
            "known_from": known,
        }
    )
    return Register(table)


def _answers(
    rng: np.random.Generator,
    of_year: np.ndarray,
    age: np.ndarray,
    wanted: tuple[int, int, int],
    targets: Targets,
    usual: tuple[int, int, int],
) -> np.ndarray:
    """Yes (0), no (1) or not applicable (2): by chance, and as many as wanted in the year of the report."""
    answer = draw(rng, dict(enumerate(usual)), len(age))
    young = np.where(age < YEAR, 40.0, np.where(age < 4 * YEAR, 4.0, 0.2))
    answer[of_year] = 1 if wanted[1] > wanted[0] else 0
    none = choose(rng, of_year, targets.scaled(wanted[2]), young)
    answer[none] = 2
    rest = of_year.copy()
    rest[none] = False
    fewer = 0 if wanted[1] > wanted[0] else 1
    answer[choose(rng, rest, targets.scaled(wanted[fewer]), 1 / young)] = fewer
    return answer


def _attended(rng: np.random.Generator, of_year: np.ndarray, invited: np.ndarray, targets: Targets) -> np.ndarray:
    """Who was invited came, but for a few; who was not did not, but where the question did not arise."""
    came = np.where(invited == 0, np.where(chance(rng, 90, len(invited)), 0, 1), invited)
    came[of_year] = invited[of_year]
    here = choose(rng, of_year & (invited == 0), targets.scaled(_INVITED[0]) - targets.scaled(_ATTENDED[0]))
    came[here] = 1
    came[choose(rng, of_year & (invited == 1), targets.scaled(_ATTENDED[2]) - targets.scaled(_INVITED[2]))] = 2
    return came
