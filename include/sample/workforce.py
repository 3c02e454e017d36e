"""Teams, professionals and who was allocated to whom."""

import numpy as np
import pandas as pd

from include.sample.chance import any_of, chance, numbered, stream
from include.sample.days import HORIZON, REFERENCE_DAY, after, as_days, spells
from include.sample.people import FORENAME_ENDS, SURNAME_ENDS, SURNAME_STARTS, invented_names
from include.sample.register import Register

IRO = "IRO"
SOCIAL_WORKER = "Social Worker"
_ALWAYS = pd.Timestamp("2012-01-01")

_TEAMS = pd.DataFrame(
    [
        ("T100", "Children's Social Care (invented)", None),
        ("T110", "Safeguarding and Care Service (invented)", "T100"),
        ("T111", "Harbour Team (invented)", "T110"),
        ("T112", "Lantern Team (invented)", "T110"),
        ("T113", "Meadow Team (invented)", "T110"),
        ("T114", "Orchard Team (invented)", "T110"),
        ("T115", "Willow Team (invented)", "T110"),
        ("T120", "Fostering Team (invented)", "T100"),
        ("T200", "Children's Safeguarding Standards Unit (invented)", "T100"),
        ("T210", "Reviewing Team (invented)", "T200"),
    ],
    columns=["dept_team_id", "dept_team_name", "dept_team_parent_id"],
)
_SOCIAL_WORK_TEAMS = ("T111", "T112", "T113", "T114", "T115")
_POSTS = (
    ("Independent Reviewing Officer", 12, ("T210",)),
    ("Social Worker", 30, _SOCIAL_WORK_TEAMS),
    ("Supervising Social Worker", 4, ("T120",)),
    ("Team Manager", 5, _SOCIAL_WORK_TEAMS),
    ("IRO Team Manager", 1, ("T210",)),
    ("Service Manager", 1, ("T110",)),
    ("CSSU Service Manager", 1, ("T200",)),
    ("Assistant Director", 1, ("T100",)),
    ("Director of Children's Services", 1, ("T100",)),
    ("Chief Executive", 1, ("T100",)),
)
_CHANGE_REASONS = ("MANAGE", "LEFTRL", "ORGRST", "TSPROC", "ABSENC", "CHCHAN", "PCCHAN")


def department_register() -> Register:
    """ssd.department."""
    parents = _TEAMS.set_index("dept_team_id")["dept_team_name"]
    above = _TEAMS["dept_team_parent_id"].map(parents)
    return Register(_TEAMS.assign(dept_team_parent_name=above, known_from=_ALWAYS))


def professionals(seed: int) -> pd.DataFrame:
    """Everybody who works for the authority, one row each, in the contract's columns but the caseload."""
    rng = stream(seed, "professionals")
    title = np.repeat([post[0] for post in _POSTS], [post[1] for post in _POSTS])
    team = [teams[place % len(teams)] for _, count, teams in _POSTS for place in range(count)]
    count = len(title)
    forenames = invented_names(rng, ("Zant", "Quorv", "Vexl"), FORENAME_ENDS, count)
    surnames = invented_names(rng, SURNAME_STARTS, SURNAME_ENDS, count)
    practises = np.isin(title, ["Independent Reviewing Officer", "Social Worker", "Supervising Social Worker"])
    return pd.DataFrame(
        {
            "prof_professional_id": numbered(50101, count),
            "prof_staff_id": numbered(7301, count, "S"),
            "prof_professional_name": [f"{first} {last}" for first, last in zip(forenames, surnames, strict=True)],
            # real registration numbers are shorter
            "prof_social_worker_registration_no": pd.Series(numbered(999000101, count, "SW")).where(practises),
            "prof_professional_job_title": title,
            "prof_professional_department": team,
            "prof_full_time_equivalency": any_of(rng, (1.0, 1.0, 1.0, 0.8, 0.6), count),
            "prof_agency_worker_flag": np.where(practises & chance(rng, 12, count), "Y", "N"),
            "known_from": _ALWAYS,
        }
    )


def holders(staff: pd.DataFrame, job_title: str) -> np.ndarray:
    """Ids of the professionals with a job title."""
    return staff.loc[staff["prof_professional_job_title"] == job_title, "prof_professional_id"].to_numpy()


def involvements(seed: int, periods: pd.DataFrame, people: pd.DataFrame, staff: pd.DataFrame) -> pd.DataFrame:
    """Who was a child's IRO or social worker: `person_id`, `role`, `professional_id`, `starts`, `ends` (NaT: still).

    Some periods of care have no IRO at all, and in one the IRO left without a successor. Children in need have a
    social worker.
    """
    rng = stream(seed, "involvements")
    waiting = people.loc[people["kind"] == "in need", ["pers_person_id", "known_from"]]
    in_need = pd.DataFrame({"person_id": waiting["pers_person_id"], "entered": waiting["known_from"], "iro": "never"})
    cases = pd.concat([periods[["person_id", "entered", "left", "iro"]], in_need], ignore_index=True)
    frame = pd.concat(
        [
            _allocations(rng, cases, SOCIAL_WORKER, holders(staff, "Social Worker"), days_each=400),
            _allocations(
                rng,
                cases[cases["iro"] != "never"].reset_index(drop=True),
                IRO,
                holders(staff, "Independent Reviewing Officer"),
                days_each=1100,
            ),
        ],
        ignore_index=True,
    )
    lapsed = frame["ends"].isna() & (frame["role"] == IRO) & (frame["iro"] == "lapsed")
    frame.loc[lapsed, "ends"] = pd.Timestamp(after(REFERENCE_DAY, -40))
    reason = any_of(rng, _CHANGE_REASONS, len(frame))
    frame["change_reason"] = np.where(frame["number"] > 0, reason, "FCONTA")
    frame["involvement_id"] = numbered(600101, len(frame))
    return frame


def _allocations(
    rng: np.random.Generator, cases: pd.DataFrame, role: str, pool: np.ndarray, days_each: int
) -> pd.DataFrame:
    """Consecutive workers of one role for each case, about `days_each` days a worker."""
    entered, left = as_days(cases["entered"]), as_days(cases["left"])
    until = np.where(np.isnat(left), after(HORIZON, 30), left)
    length = (until - entered).astype(int)
    counts = 1 + np.minimum(length * rng.integers(0, 200, len(cases)) // (days_each * 100), length // 60)
    frame = spells(entered, until, counts, rng)
    case = frame["position"].to_numpy()
    # a step smaller than the pool: the next worker is always another one
    first, step = rng.integers(0, len(pool), len(cases)), rng.integers(1, len(pool), len(cases))
    frame["professional_id"] = pool[(first[case] + frame["number"].to_numpy() * step[case]) % len(pool)]
    frame["role"] = role
    frame["person_id"] = cases["person_id"].to_numpy()[case]
    frame["iro"] = cases["iro"].to_numpy()[case]
    frame["ends"] = frame["ends"].mask(frame["ends"] > pd.Timestamp(HORIZON))
    return frame


def allocated(allocations: pd.DataFrame, role: str, person_ids: pd.Series, days: pd.Series) -> np.ndarray:
    """Id of the professional allocated to each person in a role on each day; None where there is none."""
    asked = pd.DataFrame({"person_id": person_ids.to_numpy(), "day": days.to_numpy().astype("datetime64[s]")})
    asked["row"] = np.arange(len(asked))
    of_role = allocations.loc[allocations["role"] == role, ["person_id", "starts", "ends", "professional_id"]]
    found = pd.merge_asof(
        asked[asked["day"].notna()].sort_values(["day", "row"]),
        of_role.sort_values(["starts", "person_id"]),
        left_on="day",
        right_on="starts",
        by="person_id",
    )
    current = found[found["ends"].isna() | (found["ends"] > found["day"])].set_index("row")["professional_id"]
    return current.reindex(asked["row"]).to_numpy()


def involvement_register(allocations: pd.DataFrame, staff: pd.DataFrame) -> Register:
    """ssd.involvements."""
    team = staff.set_index("prof_professional_id")["prof_professional_department"]
    rows = pd.DataFrame(
        {
            "invo_involvements_id": allocations["involvement_id"],
            "invo_person_id": allocations["person_id"],
            "invo_professional_id": allocations["professional_id"],
            "invo_professional_role_id": allocations["role"],
            "invo_professional_team": allocations["professional_id"].map(team),
            "invo_involvement_start_date": allocations["starts"],
            "invo_involvement_end_date": allocations["ends"],
            "invo_worker_change_reason": allocations["change_reason"],
            "known_from": allocations["starts"],
        }
    )
    return Register(rows, {"invo_involvement_end_date": ()})
