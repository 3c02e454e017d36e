"""What children said and how they were heard, counted in the exported files with pandas: knowing nothing of dbt.

Days are the ISO texts of the files. Each count is by the words of a row of the mart, `all` for everything together.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import combinations

import pandas as pd

from tests.oracle.clocks.days import working_days_late
from tests.oracle.figures import Tables, in_care

Period = tuple[str, str]
Counts = dict[tuple[str, ...], tuple]
UNKNOWN = "not recorded"
SAYS = {"PN1": True, "PN2": True, "PN3": True, "PN4": False, "PN5": True, "PN6": True, "PN7": False}
"""Whether a child took part in a review; of PN0, under four, nobody asks."""


def team_on(tables: Tables, child: str, day: str) -> str:
    """The team of the social worker allocated on a day, else of the IRO: of two the one allocated later."""
    mine = tables["involvements by child"].get(child, [])
    for role in ("Social Worker", "IRO"):
        teams = [
            (began, key, team) for key, named, team, began, ended in mine if named == role and began <= day < ended
        ]
        if teams:
            return max(teams)[2] or UNKNOWN
    return UNKNOWN


def with_index(tables: Tables) -> Tables:
    """The tables, with the involvements of each child at hand."""
    rows = tables["involvements"]
    found: dict[str, list[tuple[str, ...]]] = {}
    for key, child, role, team, began, ended in rows[
        [
            "invo_involvements_id",
            "invo_person_id",
            "invo_professional_role_id",
            "invo_professional_team",
            "invo_involvement_start_date",
            "invo_involvement_end_date",
        ]
    ].itertuples(index=False):
        found.setdefault(child, []).append((key, role, team, began, ended or "9999"))
    return tables | {"involvements by child": found}


def age_band(born: str, day: str, *, may_be_unborn: bool = False) -> str:
    """The band of a child's age on a day. Without a date of birth a conference is about an unborn child."""
    if not born or born > day:
        return "unborn" if may_be_unborn else UNKNOWN
    age = int(day[:4]) - int(born[:4]) - (day[5:] < born[5:])
    return next(
        band
        for limit, band in ((1, "under 1"), (5, "1 to 4"), (10, "5 to 9"), (16, "10 to 15"), (99, "16 and over"))
        if age < limit
    )


def _reviews(tables: Tables) -> pd.DataFrame:
    """Reviews held: as the case system's form has them, else as the register has; a second meeting is none."""
    forms = tables["cla_reviews"]
    cancelled = set(forms.loc[forms["clar_cla_review_cancelled"] == "Y", "clar_cla_review_id"]) - {""}
    forms = forms[forms["clar_cla_review_cancelled"] != "Y"].rename(
        columns={
            "clar_cla_id": "cla_id",
            "clar_cla_review_date": "day",
            "clar_cla_review_participation": "code",
        }
    )
    details = tables["review_details"]
    details = details[(details["held_date"] != "") & ~details["review_id"].isin(cancelled)]
    later = set(details["adjourned_to_review_id"]) - {""}
    again = details["review_detail_id"].isin(later) | details["review_id"].isin(later)
    second = set(zip(details[again]["cla_id"], details[again]["held_date"], strict=True))
    own = details.rename(columns={"held_date": "day"})[["cla_id", "day"]].assign(code="")
    rows = pd.concat([forms[["cla_id", "day", "code"]], own]).drop_duplicates(["cla_id", "day"])
    rows = rows[[pair not in second for pair in zip(rows["cla_id"], rows["day"], strict=True)]]
    child = tables["cla_episodes"].groupby("clae_cla_id")["clae_person_id"].first()
    born = tables["person"].set_index("pers_person_id")["pers_dob"]
    rows = rows.assign(child=rows["cla_id"].map(child), kind="child in care review")
    rows["age_band"] = [
        age_band(born.get(child, ""), day) for child, day in zip(rows["child"], rows["day"], strict=True)
    ]
    rows["took_part"] = rows["code"].map(SAYS)
    rows["took_part_or_attended"] = rows["took_part"].where(rows["code"] != "PN4", other=True)
    return rows.assign(code=rows["code"].replace("", UNKNOWN)).drop(columns="cla_id")


def _conferences(tables: Tables) -> pd.DataFrame:
    """Conferences held, with what the register says of each child; the sample's case system says nothing of it."""
    held = []
    for table, kind in (("initial_cp_conference", "initial conference"), ("cp_reviews", "review conference")):
        rows = tables[table].rename(
            columns={
                "icpc_person_id": "child",
                "icpc_icpc_date": "day",
                "icpc_icpc_meeting_id": "meeting_id",
                "cppr_person_id": "child",
                "cppr_cp_review_date": "day",
                "cppr_cp_review_meeting_id": "meeting_id",
            }
        )
        held.append(rows[rows["day"] != ""][["child", "day", "meeting_id"]].assign(kind=kind))
    said = tables["conference_participation"].rename(columns={"person_id": "child"})
    rows = pd.concat(held).drop_duplicates(["kind", "child", "day"])
    rows = rows.merge(said, on=["meeting_id", "child"], how="left").fillna("")
    born = tables["person"].set_index("pers_person_id")["pers_dob"]
    rows["age_band"] = [
        age_band(born.get(child, ""), day, may_be_unborn=True)
        for child, day in zip(rows["child"], rows["day"], strict=True)
    ]
    there = rows["attended"].isin(["ALL", "PART"])
    words = pd.Series(UNKNOWN, index=rows.index)
    words[rows["attended"] == "NO"] = "not there, no views recorded"
    words[rows["invited"] == "NA"] = "not asked"
    words[there] = "there, no views recorded"
    rows["code"] = words.where(rows["views_how"] == "", other=rows["views_how"])
    took_part = pd.Series(None, index=rows.index, dtype=object)
    took_part[there | (rows["views_how"] != "")] = True
    took_part[rows["views_how"] == "NOT_SHARED"] = False
    rows["took_part"] = took_part
    rows["took_part_or_attended"] = took_part.where(~there, other=True)
    return rows


def meetings(tables: Tables, since: str) -> pd.DataFrame:
    """Every meeting held about a child since a day: how the child took part, at what age, of which team."""
    rows = pd.concat([_reviews(tables), _conferences(tables)], ignore_index=True)
    rows = rows[rows["day"] >= since].copy()
    rows["team"] = [team_on(tables, child, day) for child, day in zip(rows["child"], rows["day"], strict=True)]
    return rows


def within(rows: pd.DataFrame, day: str, period: Period) -> pd.DataFrame:
    """The rows whose day lies in a period, both ends in it."""
    return rows[rows[day].between(*period)]


def _groups(rows: pd.DataFrame, always: list[str], alone_or_all: list[str]) -> Iterator[tuple[tuple, pd.DataFrame]]:
    """The rows by every combination of columns, `all` standing for those that do not tell rows apart."""
    for size in range(len(alone_or_all) + 1):
        for chosen in combinations(alone_or_all, size):
            if not [*always, *chosen]:
                if len(rows):
                    yield ("all",) * len(alone_or_all), rows
                continue
            for values, group in rows.groupby([*always, *chosen], dropna=False):
                named = dict(zip([*always, *chosen], values, strict=True))
                yield tuple(named.get(column, "all") for column in [*always, *alone_or_all]), group


def counted(
    rows: pd.DataFrame, always: list[str], alone_or_all: list[str], count: Callable[[pd.DataFrame], tuple]
) -> Counts:
    """What is counted of each combination."""
    return {key: count(group) for key, group in _groups(rows, always, alone_or_all)}


def participation(rows: pd.DataFrame) -> Counts:
    """Meetings and children, those of which it is known whether they took part, and those who did."""

    def count(group: pd.DataFrame) -> tuple[int, ...]:
        asked = group[group["took_part"].notna()]
        took_part = asked[asked["took_part"].astype(bool)]
        there = asked[asked["took_part_or_attended"].astype(bool)]
        return (
            len(group), len(asked), len(took_part), group["child"].nunique(), asked["child"].nunique(),
            took_part["child"].nunique(), there["child"].nunique(),
        )  # fmt: skip

    return counted(rows, ["kind"], ["code", "age_band", "team"], count)


def invitations(rows: pd.DataFrame) -> Counts:
    """Conferences by whether the child was invited, was there, and why not."""
    rows = rows[rows["kind"] != "child in care review"]
    rows = rows.assign(
        invited=rows["invited"].replace("", UNKNOWN),
        reason=rows["reason_not_attended"]
        .replace("", UNKNOWN)
        .where(~rows["attended"].isin(["ALL", "PART"]), other="attended"),
        attended=rows["attended"].replace("", UNKNOWN),
    )
    words = ["kind", "age_band", "invited", "attended", "reason"]
    return counted(rows, words, ["team"], lambda group: (len(group), group["child"].nunique()))


def forms(tables: Tables, period: Period) -> Counts:
    """Compliance forms by question and answer."""
    rows = within(tables["compliance_forms"], "conference_date", period)
    found: Counts = {}
    for question, column, asked in (
        ("voice heard", "voice_heard", rows),
        ("child invited", "child_invited", rows),
        ("child attended", "child_attended", rows),
        ("attended a part", "attended_part", rows[rows["child_attended"] == "Y"]),
        ("reason not attended", "reason_not_attended", rows[rows["child_attended"] == "N"]),
        ("advocacy discussed", "advocacy_discussed", rows),
    ):
        answered = asked.assign(question=question, answer=asked[column].replace("", UNKNOWN))
        of_kind = {"all": len(answered)} | answered["conference_type"].value_counts().to_dict()
        for key, (number,) in counted(
            answered, ["question", "answer"], ["conference_type"], lambda group: (len(group),)
        ).items():
            found[key] = (number, of_kind[key[-1]])
    return found


def statements(tables: Tables, period: Period) -> Counts:
    """Statements sent, those without a child, those with a safety flag, and how the child feels."""
    rows = tables["statements"].assign(day=tables["statements"]["submitted_at"].str[:10])
    rows = within(rows, "day", period)
    rows = rows.assign(
        team=[team_on(tables, child, day) for child, day in zip(rows["person_id"], rows["day"], strict=True)]
    )

    def count(group: pd.DataFrame) -> tuple[int, ...]:
        feels = [int((group["sentiment"] == name).sum()) for name in ("POSITIVE", "MIXED", "CONCERN")]
        return (
            len(group),
            int((group["person_id"] == "").sum()),
            int((group["safety_flag"] == "Y").sum()),
            *feels,
        )

    return counted(rows, ["app", "scenario", "account_type"], ["team"], count)


def children_with_statement(tables: Tables, period: Period, *, on_last_day: bool) -> Counts:
    """Children in full care, and those of them who sent a statement on a day in the period on which they were."""
    first, last = (date.fromisoformat(day) for day in period)
    days = [(first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)]
    cared_for = {day: set(in_care(tables, day)["clae_person_id"]) for day in days}
    last_day = {child: day for day in days for child in cared_for[day]}
    if on_last_day:
        last_day = {child: day for child, day in last_day.items() if day == period[1]}
    rows = tables["statements"].assign(day=tables["statements"]["submitted_at"].str[:10])
    rows = within(rows, "day", period)
    sent = {
        child for child, day in zip(rows["person_id"], rows["day"], strict=True) if child in cared_for.get(day, set())
    }
    children = pd.DataFrame(
        [(child, team_on(tables, child, day), child in sent) for child, day in last_day.items()],
        columns=["child", "team", "sent"],
    )
    return counted(children, [], ["team"], lambda group: (len(group), int(group["sent"].sum())))


def advocacy(tables: Tables, period: Period) -> Counts:
    """Referrals, children, and what came of them, with the median and the longest of days to the first contact."""
    rows = within(tables["advocacy_referrals"], "referral_date", period)
    is_open = (rows["outcome"] == "") & (rows["closed_date"] == "")
    rows = rows.assign(
        outcome=rows["outcome"].replace("", UNKNOWN).where(~is_open, other="open"),
        days=(pd.to_datetime(rows["first_contact_date"]) - pd.to_datetime(rows["referral_date"])).dt.days,
        team=[team_on(tables, child, day) for child, day in zip(rows["person_id"], rows["referral_date"], strict=True)],
    )

    def count(group: pd.DataFrame) -> tuple:
        waits, open_ones = group["days"].dropna(), group["outcome"] == "open"
        return (
            len(group), group["person_id"].nunique(), int((group["accepted_date"] != "").sum()), len(waits),
            int((group["days"].isna() & open_ones).sum()), int((group["days"].isna() & ~open_ones).sum()),
            float(waits.median()) if len(waits) else None, int(waits.max()) if len(waits) else None,
        )  # fmt: skip

    return counted(rows, [], ["context", "referrer_role", "outcome", "team"], count)


def safety_flags(tables: Tables, at: str) -> dict[str, tuple]:
    """By statement: the child, whether it is open at the end of a day, and the working days to saved or so far."""
    found = {}
    rows = tables["statements"]
    for row in rows[(rows["safety_flag"] == "Y") & (rows["submitted_at"].str[:10] <= at)].to_dict("records"):
        saved = row["saved_to_record_at"][:10]
        sent = date.fromisoformat(row["submitted_at"][:10])
        days = working_days_late(sent, date.fromisoformat(saved or at))
        found[row["statement_id"]] = (row["person_id"] or None, saved == "", days)
    return found


def visitors(tables: Tables, at: str) -> dict[str, tuple[str, str, int]]:
    """By referral: the child, matched or waiting, and the days waited to the match or so far."""
    rows = tables["independent_visitors"]
    rows = rows[(rows["referred_date"] <= at) & ((rows["ended_date"] == "") | (rows["ended_date"] > at))]
    found = {}
    for row in rows.to_dict("records"):
        until = date.fromisoformat(row["matched_date"] or at)
        waited = (until - date.fromisoformat(row["referred_date"])).days
        found[row["match_id"]] = (row["person_id"], "matched" if row["matched_date"] else "waiting", waited)
    return found
