"""The figures of the annual report, counted in the exported files with pandas: by hand, as a person would count them.

Nothing of dbt or of the sample authority's own making is used: what is counted here is what the files say.
`python -m tests.oracle.figures` writes the table of docs/sample_authority.md anew.
"""

import csv
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pandas as pd

from include.sample.exports import write_exports
from include.settings import PROJECT, settings
from tests.oracle.clocks.child_in_care_reviews import NEVER, Period, ruling_clock
from tests.oracle.clocks.days import months_after

PUBLISHED = PROJECT.parent / "shared" / "reference" / "published_figures.csv"
DOCUMENT = PROJECT / "docs" / "sample_authority.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
KNOWN_ON = settings().annual_report_known_on
"""The night of the export from which the report was written (a setting)."""
RETURNED_ON = max(date(2023, 6, 30), KNOWN_ON + timedelta(days=30))
"""The night of the export from which the statutory return was made."""
AT, AT_BEFORE = "2023-03-31", "2022-03-31"
YEAR, HALF, HALF_BEFORE = ("2022-04-01", AT), ("2022-10-01", AT), ("2021-10-01", AT_BEFORE)
NOT_CALIBRATED = {"cp_starting_rate_prior"}
"""441 starts over 58,000 children can't be 81 in 10,000."""
WHITE = ("WBRI", "WIRI", "WIRT", "WROM", "WOTH")
POPULATION = 58_489
"""Children aged 0 to 17 in the middle of 2022 (Office for National Statistics)."""

Tables = dict[str, pd.DataFrame]


def read_tables(drop: Path, night: date) -> Tables:
    """Every file of a night as texts, by table; days are compared as the ISO texts they are."""
    found = {}
    for source in ("ssd", "cssu", "momo"):
        for path in sorted((drop / source / night.isoformat()).glob("*.csv")):
            found[path.stem.removeprefix("ssd_")] = pd.read_csv(path, dtype=str, keep_default_na=False)
    return found


def months_on(days: pd.Series | str, months: int) -> pd.Series | str:
    """The same day so many months on, as text."""
    if isinstance(days, str):
        return (pd.Timestamp(days) + pd.DateOffset(months=months)).strftime("%Y-%m-%d")
    return (pd.to_datetime(days) + pd.DateOffset(months=months)).dt.strftime("%Y-%m-%d")


def open_on(rows: pd.DataFrame, starts: str, ends: str, on: str) -> pd.DataFrame:
    """The rows that had begun by a day and had not ended on it."""
    return rows[(rows[starts] <= on) & ((rows[ends] == "") | (rows[ends] > on))]


def in_care(tables: Tables, on: str) -> pd.DataFrame:
    """One row a child in full care on a day and under 18, with the episode, the person and the legal status."""
    episodes = open_on(tables["cla_episodes"], "clae_cla_episode_start_date", "clae_cla_episode_ceased_date", on)
    rows = episodes.merge(tables["person"], left_on="clae_person_id", right_on="pers_person_id")
    rows = rows[months_on(rows["pers_dob"], 216) > on]
    statuses = open_on(tables["legal_status"], "lega_legal_status_start_date", "lega_legal_status_end_date", on)
    rows = rows.merge(
        statuses[["lega_person_id", "lega_legal_status"]], left_on="clae_person_id", right_on="lega_person_id"
    )
    return rows[~rows["lega_legal_status"].isin(["V3", "V4"])]


def on_plan(tables: Tables, on: str) -> pd.DataFrame:
    """One row a child on a child protection plan on a day, with the person."""
    plans = open_on(tables["cp_plans"], "cppl_cp_plan_start_date", "cppl_cp_plan_end_date", on)
    return plans.merge(tables["person"], left_on="cppl_person_id", right_on="pers_person_id")


def _within(rows: pd.DataFrame, column: str, period: tuple[str, str]) -> pd.DataFrame:
    return rows[rows[column].between(*period)]


def starters(tables: Tables, period: tuple[str, str]) -> pd.DataFrame:
    """Periods of full care that began in a period."""
    rows = _within(tables["cla_episodes"], "clae_cla_episode_start_date", period)
    rows = rows[rows["clae_cla_episode_start_reason"] == "S"]
    first = tables["legal_status"].rename(columns={"lega_person_id": "clae_person_id"})
    rows = rows.merge(
        first,
        left_on=["clae_person_id", "clae_cla_episode_start_date"],
        right_on=["clae_person_id", "lega_legal_status_start_date"],
    )
    return rows[~rows["lega_legal_status"].isin(["V3", "V4"])]


def leavers(tables: Tables, period: tuple[str, str]) -> pd.DataFrame:
    """Periods of full care that ended in a period."""
    rows = tables["cla_episodes"]
    rows = _within(rows[rows["clae_cla_episode_ceased_reason"] != "X1"], "clae_cla_episode_ceased_date", period)
    breaks = tables["legal_status"][tables["legal_status"]["lega_legal_status"].isin(["V3", "V4"])]
    return rows[~rows["clae_person_id"].isin(breaks["lega_person_id"])]


def _share(part: pd.Series | int, whole: int) -> tuple[float, str]:
    count = int(part if isinstance(part, int) else part.sum())
    return 100 * count / whole, f"{count} of {whole}"


def _placements(tables: Tables, on: str) -> pd.DataFrame:
    """The children in care on a day, with the placement each lives in."""
    homes = tables["cla_placement"]
    return in_care(tables, on).merge(homes, left_on="clae_cla_placement_id", right_on="clap_cla_placement_id")


def _homes(tables: Tables) -> pd.DataFrame:
    """Placements by period of care, each with the number of its home.

    Start reasons T and U say that the carer is the same as before: a change of status, a move for a while, and the way
    back from it make no other home. What is coded as temporary is none itself.
    """
    episodes = tables["cla_episodes"].sort_values("clae_cla_episode_start_date")
    first = episodes.drop_duplicates("clae_cla_placement_id").set_index("clae_cla_placement_id")
    homes = tables["cla_placement"].sort_values(["clap_cla_id", "clap_cla_placement_start_date"])
    same_carer = homes["clap_cla_placement_id"].map(first["clae_cla_episode_start_reason"]).isin(["T", "U"])
    homes = homes.assign(home=(~same_carer).groupby(homes["clap_cla_id"]).cumsum())
    return homes[~homes["clap_cla_placement_type"].str.startswith("T")]


def _placements_in_year(tables: Tables) -> pd.Series:
    """How many placements each child in care at the year's end had in it."""
    homes = _homes(tables)
    ends = homes["clap_cla_placement_end_date"]
    of_year = (homes["clap_cla_placement_start_date"] <= YEAR[1]) & ((ends == "") | (ends >= YEAR[0]))
    mine = homes[of_year & homes["clap_cla_id"].isin(in_care(tables, AT)["clae_cla_id"])]
    return mine.groupby("clap_cla_id")["home"].nunique()


def _stable(tables: Tables) -> tuple[float, str]:
    rows = _placements(tables, AT)
    rows = rows[rows["clae_entered_care_date"] <= months_on(AT, -30)]
    homes = _homes(tables)
    began = homes.groupby(["clap_cla_id", "home"])["clap_cla_placement_start_date"].transform("min")
    since = began[homes["clap_cla_placement_id"].isin(rows["clap_cla_placement_id"])]
    return _share(since <= months_on(AT, -24), len(rows))


def _placed_for_adoption(tables: Tables) -> dict[str, list[tuple[date, date]]]:
    """By period of care the days from which and until which the child lived with adopters; a temporary stay is none."""
    homes = tables["cla_placement"].sort_values(["clap_cla_id", "clap_cla_placement_start_date"])
    homes = homes[~homes["clap_cla_placement_type"].str.startswith("T")]
    adopters = homes["clap_cla_placement_type"].isin(["A3", "A4", "A5", "A6"])
    turns = homes[adopters != adopters.groupby(homes["clap_cla_id"]).shift(fill_value=False)]
    found: dict[str, list[tuple[date, date]]] = {}
    for period, turn in turns.groupby("clap_cla_id"):
        days = [date.fromisoformat(text) for text in turn["clap_cla_placement_start_date"]]
        found[str(period)] = list(zip(days[::2], [*days[1::2], NEVER], strict=False))
    return found


def _clock(tables: Tables) -> dict[str, list[tuple[date | None, date]]]:
    """By period of care the reviews held and the next one due, each with its due date by the clock that ruled.

    Of who was in care before the extract's window of six years the first reviews can't be seen: those that can be are
    due six months after the one before.
    """
    episodes = tables["cla_episodes"].groupby("clae_cla_id")
    entered, child = episodes["clae_entered_care_date"].first(), episodes["clae_person_id"].first()
    breaks = set(tables["legal_status"].query("lega_legal_status in ['V3', 'V4']")["lega_person_id"])
    window = date.fromisoformat(tables["cla_reviews"]["clar_cla_review_date"].min())
    reviews = tables["cla_reviews"].groupby("clar_cla_id")["clar_cla_review_date"].agg(sorted)
    placed = _placed_for_adoption(tables)
    found = {}
    for period, began in entered.items():
        held = [date.fromisoformat(text) for text in reviews.get(period, [])]
        if date.fromisoformat(began) > window:
            of_care = Period(
                child=child[period],
                name=period,
                started=date.fromisoformat(began),
                ended=None,
                born=date.fromisoformat(began),
                short_break=child[period] in breaks,
                reviews=held,
                placed=placed.get(period, []),
            )
            found[period] = [(due.held, due.due) for due in ruling_clock(of_care) if due.decides]
        else:
            found[period] = [(day, months_after(before, 6)) for before, day in pairwise([*held, None])]
    return found


def _latest_review(tables: Tables) -> tuple[float, str]:
    clock, at = _clock(tables), date.fromisoformat(AT)
    counted = in_time = 0
    for period in in_care(tables, AT)["clae_cla_id"]:
        # what was held later was not held then
        past = [(day if day and day <= at else None, due) for day, due in clock[period]]
        past = [(day, due) for day, due in past if day or due <= at]
        if past:
            held = [pair for pair in past if pair[0]]
            day, due = past[len(held)] if len(past) > len(held) else past[-1]
            counted += 1
            in_time += day is not None and day <= due
    return _share(in_time, counted)


def _reviews_in_time(tables: Tables) -> tuple[float, str]:
    of_year = [
        (day, due)
        for chain in _clock(tables).values()
        for day, due in chain
        if day and YEAR[0] <= day.isoformat() <= YEAR[1]
    ]
    return _share(sum(day <= due for day, due in of_year), len(of_year))


def _participation(tables: Tables) -> tuple[float, str]:
    reviews = _within(tables["cla_reviews"], "clar_cla_review_date", YEAR)
    reviews = reviews[reviews["clar_cla_review_participation"] != "PN0"]
    child = tables["cla_episodes"].groupby("clae_cla_id")["clae_person_id"].first()
    took_part = reviews["clar_cla_review_participation"].isin(["PN1", "PN2", "PN3", "PN5", "PN6"])
    by_child = took_part.groupby(reviews["clar_cla_id"].map(child)).any()
    return _share(by_child, len(by_child))


def _seen(tables: Tables) -> tuple[float, str]:
    rows, visits = in_care(tables, AT), tables["cla_visits"]
    since = (date.fromisoformat(AT) - timedelta(days=42)).isoformat()
    visits = visits[(visits["clav_cla_visit_seen"] == "Y") & visits["clav_cla_visit_date"].between(since, AT)]
    return _share(rows["clae_person_id"].isin(visits["clav_person_id"]), len(rows))


def _protection_seen(tables: Tables) -> tuple[float, str]:
    rows, visits = on_plan(tables, AT), tables["cp_visits"]
    since = (date.fromisoformat(AT) - timedelta(days=28)).isoformat()
    visits = visits[(visits["cppv_cp_visit_seen"] == "Y") & visits["cppv_cp_visit_date"].between(since, AT)]
    return _share(rows["cppl_person_id"].isin(visits["cppv_person_id"]), len(rows))


def _seen_alone(tables: Tables) -> tuple[float, str]:
    rows, visits = on_plan(tables, AT), tables["cp_visits"]
    visits = visits[(visits["cppv_cp_visit_seen"] == "Y") & (visits["cppv_cp_visit_date"] <= AT)]
    latest = visits.sort_values("cppv_cp_visit_date").drop_duplicates("cppv_cp_plan_id", keep="last")
    alone = latest[latest["cppv_cp_visit_seen_alone"] == "Y"]["cppv_cp_plan_id"]
    return _share(rows["cppl_cp_plan_id"].isin(alone), len(rows))


def _had_a_plan_before(tables: Tables, rows: pd.DataFrame) -> pd.Series:
    plans = tables["cp_plans"]
    first = plans.groupby("cppl_person_id")["cppl_cp_plan_start_date"].min()
    return rows["cppl_cp_plan_start_date"] > rows["cppl_person_id"].map(first)


def _plans_ended(tables: Tables, period: tuple[str, str]) -> pd.DataFrame:
    return _within(tables["cp_plans"], "cppl_cp_plan_end_date", period)


def _ended_after(rows: pd.DataFrame, low: int, high: int = 999) -> pd.Series:
    """Flags the plans that lasted from so many months to fewer than so many."""
    starts, ends = rows["cppl_cp_plan_start_date"], rows["cppl_cp_plan_end_date"]
    return (months_on(starts, low) <= ends) & (months_on(starts, high) > ends)


def _count(rows: pd.DataFrame) -> tuple[int, str]:
    return len(rows), f"{len(rows)}"


def _forms(tables: Tables, column: str, answer: str) -> tuple[int, str]:
    rows = _within(tables["compliance_forms"], "conference_date", YEAR)
    return _count(rows[rows[column] == answer])


def _returned_before(tables: Tables) -> tuple[int, str]:
    rows = starters(tables, HALF)
    first = tables["cla_episodes"].groupby("clae_person_id")["clae_entered_care_date"].min()
    return _count(rows[rows["clae_person_id"].map(first) < rows["clae_entered_care_date"]])


def _visitors(tables: Tables, *, matched: bool) -> tuple[int, str]:
    rows = open_on(tables["independent_visitors"], "referred_date", "ended_date", AT)
    has_one = (rows["matched_date"] != "") & (rows["matched_date"] <= AT)
    return _count(rows[has_one == matched])


def _private_fostering(tables: Tables) -> tuple[int, str]:
    rows = tables["private_fostering_arrangements"]
    rows = rows[(rows["approved_date"] != "") & (rows["approved_date"] <= YEAR[1])]
    rows = rows[(rows["ended_date"] == "") | (rows["ended_date"] >= YEAR[0])]
    assert rows["ended_date"].between(*YEAR).all(), "both ended in the year"
    return _count(rows)


def _posts(tables: Tables) -> tuple[float, str]:
    rows = open_on(tables["iro_posts"], "from_date", "to_date", AT)
    return rows["fte_total"].astype(float).sum(), f"{len(rows)} heads"


def _status(code: str, on: str) -> Callable[[Tables], tuple[float, str]]:
    def share(tables: Tables) -> tuple[float, str]:
        rows = in_care(tables, on)
        return _share(rows["lega_legal_status"] == code, len(rows))

    return share


def _leaving(period: tuple[str, str], *reasons: str) -> Callable[[Tables], tuple[float, str]]:
    def share(tables: Tables) -> tuple[float, str]:
        rows = leavers(tables, period)
        return _share(rows["clae_cla_episode_ceased_reason"].isin(reasons), len(rows))

    return share


def _white(rows: pd.DataFrame) -> tuple[float, str]:
    return _share(rows["pers_ethnicity"].isin(WHITE), len(rows))


def _carer_reviews(year: int) -> Callable[[Tables], tuple[int, str]]:
    period = (f"{year}-04-01", f"{year + 1}-03-31")
    return lambda tables: _count(_within(tables["foster_carer_reviews"], "review_date", period))


def _unborn(tables: Tables, on: str) -> tuple[int, str]:
    rows = on_plan(tables, on)
    return _count(rows[(rows["pers_dob"] == "") | (rows["pers_dob"] > on)])


def _advocacy(period: tuple[str, str], context: str | None = None) -> Callable[[Tables], tuple[int, str]]:
    def count(tables: Tables) -> tuple[int, str]:
        rows = _within(tables["advocacy_referrals"], "referral_date", period)
        return _count(rows[rows["context"] == context] if context else rows)

    return count


def _escalations(tables: Tables) -> pd.DataFrame:
    rows = _within(tables["escalations"], "raised_date", YEAR)
    return rows[rows["formal"] == "Y"]


def _need(tables: Tables, code: str) -> tuple[float, str]:
    rows = starters(tables, HALF)
    return _share(rows["clae_cla_primary_need_code"] == code, len(rows))


def _unaccompanied(tables: Tables) -> tuple[float, str]:
    rows, statuses = starters(tables, HALF), tables["immigration_status"]
    uasc = statuses[statuses["immi_immigration_status"] == "UASC"]["immi_person_id"]
    return _share(rows["clae_person_id"].isin(uasc), len(rows))


def _category(tables: Tables) -> tuple[float, str]:
    rows = on_plan(tables, AT)
    return _share(rows["cppl_cp_plan_latest_category"].isin(["NEG", "EMO"]), len(rows))


def _of_plans_ended(period: tuple[str, str], low: int, high: int = 999) -> Callable[[Tables], tuple[float, str]]:
    def share(tables: Tables) -> tuple[float, str]:
        rows = _plans_ended(tables, period)
        return _share(_ended_after(rows, low, high), len(rows))

    return share


def _starting_rate(tables: Tables) -> tuple[float, str]:
    rows = _within(tables["cp_plans"], "cppl_cp_plan_start_date", HALF)
    return 2 * len(rows) / POPULATION * 10_000, f"{len(rows)} in half a year"


def _fostered(tables: Tables, provider: str | None = None) -> tuple[float, str]:
    rows = _placements(tables, AT)
    fostered = rows["clap_cla_placement_type"].str.startswith("U")
    return _share(fostered & (rows["clap_cla_placement_provider"] == provider) if provider else fostered, len(rows))


def _sex(code: str) -> Callable[[Tables], tuple[float, str]]:
    return lambda tables: _share(in_care(tables, AT)["pers_sex"] == code, len(in_care(tables, AT)))


def _repeat_share(tables: Tables, rows: pd.DataFrame) -> tuple[float, str]:
    return _share(_had_a_plan_before(tables, rows), len(rows))


FIGURES: dict[str, Callable[[Tables], tuple[float, str]]] = {
    "cic_count": lambda t: _count(in_care(t, AT)),
    "cic_count_prior": lambda t: _count(in_care(t, AT_BEFORE)),
    "cic_male": _sex("M"),
    "cic_female": _sex("F"),
    "cic_white": lambda t: _white(in_care(t, AT)),
    "cic_full_care_order": _status("C2", AT),
    "cic_section_20": _status("V2", AT),
    "cic_interim_care_order": _status("C1", AT),
    "cic_placement_order": _status("E1", AT),
    "cic_latest_review_on_time": _latest_review,
    "cic_seen_six_weeks": _seen,
    "cic_starters_h2": lambda t: _count(starters(t, HALF)),
    "cic_starters_abuse_neglect": lambda t: _need(t, "N1"),
    "cic_starters_uasc": _unaccompanied,
    "cic_starters_repeat": _returned_before,
    "cic_leavers_sgo": _leaving(HALF, "E45", "E46", "E47", "E48"),
    "cic_leavers_adopted": _leaving(HALF, "E11", "E12"),
    "cic_leavers_reunified": _leaving(HALF, "E4A", "E4B"),
    "cic_foster": _fostered,
    "cic_in_house_foster": lambda t: _fostered(t, "PR1"),
    "cic_more_than_two_placements": lambda t: _share(_placements_in_year(t) > 2, len(in_care(t, AT))),
    "cic_one_placement": lambda t: _share(_placements_in_year(t) == 1, len(in_care(t, AT))),
    "cic_long_term_stability": _stable,
    "cp_count": lambda t: _count(on_plan(t, AT)),
    "cp_count_prior": lambda t: _count(on_plan(t, AT_BEFORE)),
    "cp_over_two_years": lambda t: _count(on_plan(t, AT).query(f"cppl_cp_plan_start_date < '{months_on(AT, -24)}'")),
    "cp_starting_rate": _starting_rate,
    "cp_white": lambda t: _white(on_plan(t, AT)),
    "cp_unborn": lambda t: _unborn(t, AT_BEFORE),
    "cp_repeat": lambda t: _repeat_share(t, _within(t["cp_plans"], "cppl_cp_plan_start_date", HALF)),
    "cp_emotional_or_neglect": _category,
    "cp_seen_four_weeks": _protection_seen,
    "cp_seen_alone": _seen_alone,
    "cp_ended_two_years": _of_plans_ended(HALF, 24),
    "cp_ended_three_months": _of_plans_ended(HALF, 0, 3),
    "advocacy_referrals": _advocacy(YEAR),
    "advocacy_referrals_cp": _advocacy(YEAR, "CP"),
    "compliance_forms": lambda t: _count(_within(t["compliance_forms"], "conference_date", YEAR)),
    "voice_heard_yes": lambda t: _forms(t, "voice_heard", "Y"),
    "voice_heard_no": lambda t: _forms(t, "voice_heard", "N"),
    "voice_heard_na": lambda t: _forms(t, "voice_heard", "NA"),
    "invited_yes": lambda t: _forms(t, "child_invited", "Y"),
    "invited_no": lambda t: _forms(t, "child_invited", "N"),
    "invited_na": lambda t: _forms(t, "child_invited", "NA"),
    "attended_yes": lambda t: _forms(t, "child_attended", "Y"),
    "attended_no": lambda t: _forms(t, "child_attended", "N"),
    "attended_na": lambda t: _forms(t, "child_attended", "NA"),
    "independent_visitor_matched": lambda t: _visitors(t, matched=True),
    "independent_visitor_waiting": lambda t: _visitors(t, matched=False),
    "cic_reviews_on_time": _reviews_in_time,
    "cic_participation": _participation,
    "escalations": lambda t: _count(_escalations(t)),
    "fcr_2017_18": _carer_reviews(2017),
    "fcr_2018_19": _carer_reviews(2018),
    "fcr_2019_20": _carer_reviews(2019),
    "fcr_2020_21": _carer_reviews(2020),
    "fcr_2021_22": _carer_reviews(2021),
    "fcr_2022_23": _carer_reviews(2022),
    "private_fostering": _private_fostering,
    "cp_repeat_stock": lambda t: _repeat_share(t, on_plan(t, AT)),
    "cp_ended_six_to_24_months": _of_plans_ended(HALF, 6, 24),
    "escalations_voice": lambda t: _count(_escalations(t).query("reason == 'PARTICIPATION'")),
    "advocacy_referrals_cic": _advocacy(YEAR, "CIC"),
    "advocacy_referrals_prior": _advocacy(("2021-04-01", AT_BEFORE)),
    "iro_fte": _posts,
    "cic_white_prior": lambda t: _white(in_care(t, AT_BEFORE)),
    "cic_full_care_order_prior": _status("C2", AT_BEFORE),
    "cic_section_20_prior": _status("V2", AT_BEFORE),
    "cic_interim_care_order_prior": _status("C1", AT_BEFORE),
    "cic_placement_order_prior": _status("E1", AT_BEFORE),
    "cp_ended_two_years_prior": _of_plans_ended(HALF_BEFORE, 24),
    "cic_leavers_reunified_prior": _leaving(HALF_BEFORE, "E4A", "E4B"),
}  # fmt: skip


def published() -> dict[str, dict[str, str]]:
    """The published figures by their id."""
    with PUBLISHED.open(encoding="utf-8", newline="") as handle:
        return {row["figure_id"]: row for row in csv.DictReader(handle)}


def agrees(value: float, figure: dict[str, str]) -> bool:
    """Does a computed value round to what was published? A range and a word are bounds."""
    text = figure["published_value"]
    if text == "majority":
        return value > 50
    if " to " in text:
        low, high = (float(part) for part in text.split(" to "))
        return low <= value <= high
    decimals = len(text.partition(".")[2])
    return abs(value - float(text)) <= 0.5 * 10**-decimals


def as_counted(
    by_hand: tuple[float, str], value: Decimal | None, numerator: Decimal | None, denominator: Decimal | None
) -> bool:
    """Is a figure what was counted by hand, its value and, of a share, what it is made of?"""
    if value is None:
        return False
    counted, of = by_hand
    made_of = of.split(" of ")
    if len(made_of) == 2 and (numerator, denominator) != tuple(map(int, made_of)):
        return False
    return abs(float(value) - counted) < 1e-9


def shown(value: float, figure: dict[str, str]) -> str:
    """A computed value as the table shows it."""
    return (
        str(value) if isinstance(value, int) else f"{value:.{2 if figure['unit'] in ('percent', 'per 10000') else 1}f}"
    )


def table(tables: Tables) -> str:
    """The table of the document: each figure with what was published, what the export gives, and of how many."""
    lines = ["| figure | published | computed | of |", "| --- | --- | --- | --- |"]
    for name, figure in published().items():
        if name in NOT_CALIBRATED:
            lines.append(f"| {name} | {figure['published_value']} | not calibrated | |")
            continue
        value, counted = FIGURES[name](tables)
        lines.append(f"| {name} | {figure['published_value']} | {shown(value, figure)} | {counted} |")
    return "\n".join(lines)


def write() -> None:
    """Write the document's table anew."""
    with tempfile.TemporaryDirectory() as folder:
        write_exports(Path(folder), [KNOWN_ON], size=1.0)
        text = table(read_tables(Path(folder), KNOWN_ON))
    before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    DOCUMENT.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    write()
