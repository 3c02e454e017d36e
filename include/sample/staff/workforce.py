"""Teams, posts, and who held each post when: professionals join, leave and are renamed."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from include.sample.chance import between, chance, coded, flags, numbers_within, stream
from include.sample.days import NEVER, YEAR
from include.sample.names import FORENAME_ENDS, invented_names
from include.sample.register import Register
from include.sample.targets import FIRST_HALF, LAST_HALF, Targets

FIRST_PROFESSIONAL = 50101
_ALWAYS = FIRST_HALF
_WORKER_FORENAMES = invented_names(("Zant", "Quorv", "Vexl"), FORENAME_ENDS)
# no child has a surname of these: who is found by a name is found in one place
_SURNAMES = invented_names(
    ("Grolm", "Tavvi", "Ombri", "Snarl", "Pliff", "Yuggo"), ("wock", "frop", "stell", "mungo", "varp", "jibb")
)
_RENAMED_TO = invented_names(("Plim", "Yorv", "Ozzel"), ("kwesh", "drumm", "zott", "bink"))

_TEAMS = (
    ("T100", "Children's Social Care (invented)", ""),
    ("T110", "Safeguarding and Care Service (invented)", "T100"),
    ("T111", "Harbour Team (invented)", "T110"),
    ("T112", "Lantern Team (invented)", "T110"),
    ("T113", "Meadow Team (invented)", "T110"),
    ("T114", "Orchard Team (invented)", "T110"),
    ("T115", "Willow Team (invented)", "T110"),
    ("T120", "Fostering Team (invented)", "T100"),
    ("T130", "Leaving Care Team (invented)", "T100"),
    ("T200", "Children's Safeguarding Standards Unit (invented)", "T100"),
    ("T210", "Reviewing Team (invented)", "T200"),
)
TEAMS = tuple(team[0] for team in _TEAMS)
_SOCIAL_WORK = tuple(range(2, 7))  # places in TEAMS

IRO_ROLES = (
    "CHILDREN",
    "ADOPTION",
    "FOSTER_CARER_REVIEW",
    "PRIVATE_FOSTERING",
    "DISABILITY",
    "HARMFUL_SEXUAL_BEHAVIOUR",
)
# Posts of Independent Reviewing Officers: role, full-time tenths, how many. 12 of them review children; 15.5 in all.
_IRO_POSTS = ((0, 10, 10), (0, 5, 2), (1, 10, 1), (2, 10, 1), (2, 5, 1), (4, 10, 1), (3, 5, 1), (5, 5, 1))
_TITLES = (
    "Independent Reviewing Officer", "Social Worker", "Supervising Social Worker", "Personal Adviser", "Team Manager",
    "IRO Team Manager", "Service Manager", "CSSU Service Manager", "Assistant Director",
    "Director of Children's Services", "Chief Executive",
)  # fmt: skip
IRO, SOCIAL_WORKER, SUPERVISING, ADVISER, TEAM_MANAGER = range(5)
IRO_MANAGER, SERVICE_MANAGER, CSSU_MANAGER, ASSISTANT_DIRECTOR, DIRECTOR, CHIEF = range(5, 11)
# Title, how many posts, of which teams, days a holder stays (from, to).
_POSTS = (
    (SOCIAL_WORKER, 150, _SOCIAL_WORK, (300, 1600)),
    (SUPERVISING, 14, (7,), (500, 2500)),
    (ADVISER, 12, (8,), (500, 2500)),
    (TEAM_MANAGER, 10, _SOCIAL_WORK, (500, 2600)),
    (IRO_MANAGER, 1, (10,), (900, 2800)),
    (SERVICE_MANAGER, 1, (1,), (900, 2800)),
    (CSSU_MANAGER, 1, (9,), (900, 2800)),
    (ASSISTANT_DIRECTOR, 1, (0,), (900, 2800)),
    (DIRECTOR, 1, (0,), (900, 2400)),
    (CHIEF, 1, (0,), (900, 2800)),
)
_LEAST = {SOCIAL_WORKER: 20, SUPERVISING: 3, ADVISER: 2, TEAM_MANAGER: 5}


@dataclass(frozen=True)
class Workforce:
    """`posts`: `title` (place), `team` (place in TEAMS), `role` and `tenths` of IROs. `holders`: one a professional and
    post, by post and day: `post`, `starts`, `ends`, `professional` (id).
    """

    posts: pd.DataFrame
    holders: pd.DataFrame

    def posts_of(self, title: int, roles: tuple[int, ...] | None = None) -> np.ndarray:
        """The posts of a title, of IROs those of some roles."""
        chosen = (self.posts["title"] == title).to_numpy()
        if roles is not None:
            chosen &= self.posts["role"].isin(roles).to_numpy()
        return np.flatnonzero(chosen)

    def chairing_post(self, seed: int, family: np.ndarray) -> np.ndarray:
        """The IRO's post that chairs each family's conferences, and has its children on plans."""
        posts = self.posts_of(IRO, (0,))
        return posts[(family * 7919 + seed) % len(posts)]

    def holder(self, post: np.ndarray, on: np.ndarray) -> np.ndarray:
        """The id of the professional who holds each post on a day."""
        return self.holders["professional"].to_numpy()[self._place(post, on)]

    def terms(self, post: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> pd.DataFrame:
        """Each spell of a post cut where its holder changes: `spell` (its place), `number`, `professional`, `starts`,
        `ends`.
        """
        first, last = self._place(post, starts), self._place(post, np.maximum(ends - 1, starts))
        spell, number = numbers_within(last - first + 1)
        place = first[spell] + number
        return pd.DataFrame(
            {
                "spell": spell,
                "number": number,
                "professional": self.holders["professional"].to_numpy()[place],
                "starts": np.maximum(self.holders["starts"].to_numpy()[place], starts[spell]),
                "ends": np.where(
                    place == last[spell], ends[spell], np.minimum(self.holders["ends"].to_numpy()[place], ends[spell])
                ),
            }
        )

    def _place(self, post: np.ndarray, on: np.ndarray) -> np.ndarray:
        step = np.int64(1 << 32)
        key = self.holders["post"].to_numpy() * step + self.holders["starts"].to_numpy()
        return np.searchsorted(key, np.asarray(post) * step + np.minimum(on, LAST_HALF), side="right") - 1


def workforce(seed: int, targets: Targets) -> Workforce:
    """Every post and its holders over all years; numbers of posts grow with the authority."""
    rng = stream(seed, "workforce")
    posts = []
    for role, tenths, count in _IRO_POSTS:
        posts += [(IRO, 10, role, tenths, 700, 3000)] * max(1, round(count * targets.size))
    for title, count, teams, (shortest, longest) in _POSTS:
        many = targets.scaled(count, least=_LEAST.get(title, 1)) if title in _LEAST else 1
        posts += [(title, teams[place % len(teams)], -1, 10, shortest, longest) for place in range(many)]
    frame = pd.DataFrame(posts, columns=["title", "team", "role", "tenths", "shortest", "longest"])
    # enough holders one after another to outlast the authority
    many = (LAST_HALF - _ALWAYS + 3 * YEAR) // frame["shortest"].to_numpy() // 2 + 3
    post, number = numbers_within(many)
    stays = between(rng, frame["shortest"].to_numpy()[post], frame["longest"].to_numpy()[post], len(post))
    stays = np.where(number == 0, stays // 2, stays)
    until = np.cumsum(stays)
    begins_at = np.append(0, until[:-1])
    first = begins_at[np.cumsum(many) - many]
    starts = _ALWAYS + (begins_at - first[post])
    holders = pd.DataFrame({"post": post, "starts": starts, "ends": starts + stays})
    holders = holders[(holders["starts"] <= LAST_HALF).to_numpy()].reset_index(drop=True)
    last = holders["post"] != holders["post"].shift(-1, fill_value=-1)
    holders["ends"] = holders["ends"].mask(last & (holders["ends"] > LAST_HALF), NEVER).astype(np.int32)
    order = np.argsort(holders["starts"].to_numpy(), kind="stable")
    ids = np.empty(len(holders), dtype=np.int64)
    ids[order] = FIRST_PROFESSIONAL + np.arange(len(holders))
    holders["professional"] = ids
    return Workforce(frame, holders)


def professional_register(seed: int, staff: Workforce) -> Register:
    """ssd.professionals: known from the first day in the post; one in a hundred takes another surname."""
    rng = stream(seed, "professional register")
    holders = staff.holders.sort_values("professional", kind="stable", ignore_index=True)
    post = staff.posts.iloc[holders["post"]].reset_index(drop=True)
    count = len(holders)
    names = tuple(f"{first} {last}" for first in _WORKER_FORENAMES for last in (*_SURNAMES, *_RENAMED_TO))
    many = len(_SURNAMES) + len(_RENAMED_TO)
    first, last = rng.integers(0, len(_WORKER_FORENAMES), count), rng.integers(0, len(_SURNAMES), count)
    practises = post["title"].isin([IRO, SOCIAL_WORKER, SUPERVISING]).to_numpy()
    place = (first * many + last).astype(np.int32)
    rows = pd.DataFrame(
        {
            "prof_professional_id": holders["professional"].to_numpy(),
            "prof_staff_id": holders["professional"].to_numpy() - FIRST_PROFESSIONAL + 7301,
            "prof_professional_name": pd.Categorical.from_codes(place, categories=pd.Index(names, dtype=object)),
            # real registration numbers are shorter
            "prof_social_worker_registration_no": np.where(practises, 999_000_101 + np.arange(count), -1),
            "prof_professional_job_title": coded(post["title"], _TITLES),
            "prof_professional_department": coded(post["team"], TEAMS),
            "prof_full_time_equivalency": np.where(
                post["title"] == IRO, post["tenths"], np.array([10, 10, 10, 8, 6])[rng.integers(0, 5, count)]
            ).astype(np.int64),
            "prof_agency_worker_flag": flags(practises & chance(rng, 12, count)),
            "known_from": holders["starts"].to_numpy().astype(np.int32),
            "known_until": NEVER,
        }
    )
    renamed = np.flatnonzero(chance(rng, 5, count))
    on = (holders["starts"].to_numpy()[renamed] + between(rng, 200, 1500, len(renamed))).astype(np.int32)
    since = rows.iloc[renamed].copy()
    since["known_from"] = on
    place[renamed] = first[renamed] * many + len(_SURNAMES) + rng.integers(0, len(_RENAMED_TO), len(renamed))
    since["prof_professional_name"] = pd.Categorical.from_codes(
        place[renamed], dtype=rows["prof_professional_name"].dtype
    )
    rows.loc[renamed, "known_until"] = on
    rows = pd.concat([rows, since], ignore_index=True)
    return Register(rows, prefixes={"prof_staff_id": "S", "prof_social_worker_registration_no": "SW"})


def department_register() -> Register:
    """ssd.department."""
    ids, names, above = zip(*_TEAMS, strict=True)
    names_of = dict(zip(ids, names, strict=True))
    rows = pd.DataFrame(
        {
            "dept_team_id": ids,
            "dept_team_name": names,
            "dept_team_parent_id": above,
            "dept_team_parent_name": [names_of.get(each, "") for each in above],
            "known_from": _ALWAYS,
        }
    )
    return Register(rows)


def post_register(seed: int, staff: Workforce) -> Register:
    """cssu.iro_posts: each IRO with the post held; some are away for months."""
    rng = stream(seed, "iro posts")
    holders = staff.holders[staff.posts["title"].to_numpy()[staff.holders["post"]] == IRO].reset_index(drop=True)
    post = staff.posts.iloc[holders["post"]].reset_index(drop=True)
    count = len(holders)
    away = chance(rng, 18, count)
    from_day = holders["starts"].to_numpy() + between(rng, 200, 900, count)
    to_day = from_day + between(rng, 40, 260, count)
    away &= to_day < np.minimum(holders["ends"], LAST_HALF)
    reviews_children = post["role"].isin([0, 1, 4]).to_numpy()
    rows = pd.DataFrame(
        {
            "professional_id": holders["professional"],
            "from_date": holders["starts"].astype(np.int32),
            "to_date": holders["ends"],
            "role": coded(post["role"], IRO_ROLES),
            "fte_total": post["tenths"].astype(np.int64),
            "fte_children": np.where(reviews_children, post["tenths"], 0).astype(np.int64),
            "absent_from": np.where(away, from_day, NEVER).astype(np.int32),
            "absent_to": np.where(away, to_day, NEVER).astype(np.int32),
            "known_from": holders["starts"],
            "leaves": np.where(holders["ends"] < NEVER, holders["ends"] - 30, NEVER),
            "goes": np.where(away, from_day, NEVER),
            "comes_back": np.where(away, to_day, NEVER),
        }
    )
    return Register(rows, {"leaves": ("to_date",), "goes": ("absent_from",), "comes_back": ("absent_to",)})


def manager_register(staff: Workforce) -> Register:
    """cssu.team_managers."""
    roles = {TEAM_MANAGER: 0, IRO_MANAGER: 0, SERVICE_MANAGER: 1, CSSU_MANAGER: 2}
    title = staff.posts["title"].to_numpy()[staff.holders["post"]]
    holders = staff.holders[np.isin(title, list(roles))].reset_index(drop=True)
    post = staff.posts.iloc[holders["post"]].reset_index(drop=True)
    rows = pd.DataFrame(
        {
            "team_id": coded(post["team"], TEAMS),
            "professional_id": holders["professional"],
            "from_date": holders["starts"].astype(np.int32),
            "to_date": holders["ends"],
            "manager_role": coded(
                post["title"].map(roles), ("TEAM_MANAGER", "SERVICE_MANAGER", "CSSU_SERVICE_MANAGER")
            ),
            "known_from": holders["starts"],
            "leaves": holders["ends"],
        }
    )
    return Register(rows, {"leaves": ("to_date",)})
