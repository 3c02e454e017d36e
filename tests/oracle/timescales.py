"""How long children waited for permanence, counted in the exported files with pandas: knowing nothing of dbt.

Holds for the sample authority: statuses of short breaks and of full care never stand in one period of care.
"""

from collections import defaultdict

import pandas as pd

from tests.oracle.figures import Tables, months_on

SHOWN_MONTHS = 72
"""Placements and statuses stay in the extract for so long: of waits that began before only the long ones are seen."""
NEVER = "9999-12-31"
LIVES = {
    "ADOPTION": {"A3", "A4", "A5", "A6"},
    "LTFOST18": {"U1", "U4"},
    "LTRELFR": {"U1", "U2", "U3"},
    "KINSHIP_FOSTER": {"U1", "U2", "U3"},
    "RESPLMT": {"K1", "K2"},
    "SUPPLIV": {"H5", "K3", "P2"},
    "RETURN1M": {"P1"},
    "RETURN6M": {"P1"},
    "RETURNEV": {"P1"},
}
"""Kinds of placement in which a child lives as planned."""
LEAVES = {
    "ADOPTION": {"E11", "E12"},
    "SGO": {"E43", "E44", "E45", "E46", "E47", "E48"},
    "CAO": {"E41"},
    "SUPPLIV": {"E5", "E6"},
    "RETURN1M": {"E4A"},
    "RETURN6M": {"E4A"},
    "RETURNEV": {"E4A"},
}
"""Reasons for leaving care that carry a plan out."""

Waits = dict[tuple[str, str, str, str], list[tuple[int, bool]]]
"""By event, option, kind of cohort and cohort: days, and whether it came."""


def _periods(tables: Tables) -> pd.DataFrame:
    """Periods of full care, with their last day, the reason for it, and the child's age on the first."""
    episodes = tables["cla_episodes"].sort_values("clae_cla_episode_start_date")
    grouped = episodes.assign(until=episodes["clae_cla_episode_ceased_date"].replace("", NEVER)).groupby("clae_cla_id")
    periods = grouped.agg(
        child=("clae_person_id", "first"),
        started=("clae_entered_care_date", "min"),
        ended=("until", "max"),
        reason=("clae_cla_episode_ceased_reason", "last"),
    )
    statuses = tables["legal_status"]
    breaks = statuses[statuses["lega_legal_status"].isin(["V3", "V4"])]
    periods = periods[~periods["child"].isin(breaks["lega_person_id"])]
    born = tables["person"].set_index("pers_person_id")["pers_dob"]
    periods["born"] = periods["child"].map(born)
    periods["left"] = periods[["ended"]].assign(adult=months_on(periods["born"], 216)).min(axis=1)
    return periods


def _age_band(born: str, day: str) -> str:
    age = int(day[:4]) - int(born[:4]) - (day[5:] < born[5:])
    for under, band in ((1, "under 1"), (5, "1 to 4"), (10, "5 to 9"), (16, "10 to 15")):
        if age < under:
            return band
    return "16 and over"


def _entry_year(day: str) -> str:
    year = int(day[:4]) - (day[5:] < "04-01")
    return f"{year}-{(year + 1) % 100:02d}"


def _days(first: str, last: str) -> int:
    return (pd.Timestamp(last) - pd.Timestamp(first)).days


def waits(tables: Tables, at: str) -> Waits:
    """Every wait as at the day of the only export, in each of its cohorts but those of teams."""
    shown_from = months_on(at, -SHOWN_MONTHS)
    periods = _periods(tables)
    decisions = tables["permanence_plan_decisions"]
    decisions = decisions[(decisions["agreed_date"] != "") & decisions["cla_id"].isin(periods.index)]
    first_agreed = decisions.groupby("cla_id")["agreed_date"].min()
    homes = defaultdict(list)
    for home in tables["cla_placement"].to_dict("records"):
        homes[home["clap_cla_id"]].append(home)
    orders = defaultdict(list)
    statuses = tables["legal_status"]
    for order in statuses[statuses["lega_legal_status"] == "E1"].to_dict("records"):
        orders[order["lega_person_id"]].append(order)

    found: Waits = defaultdict(list)

    def add(event: str, option: str | None, period: pd.Series, began: str, came: str, over: str) -> None:
        followed = min(period.left, over, at)
        if began < shown_from or began > followed:
            return
        wait = (_days(began, min(came, followed)), came <= followed)
        for chosen in {"all", option or "all"}:
            found[event, chosen, "all", "all"].append(wait)
            found[event, chosen, "entry year", _entry_year(period.started)].append(wait)
            found[event, chosen, "age band at entry", _age_band(period.born, period.started)].append(wait)

    for name, period in periods.iterrows():
        came = max(first_agreed.get(name, NEVER), period.started)
        add("first plan agreed", None, period, period.started, came, NEVER)
    for decision in decisions[decisions["plan_role"] != "PARALLEL"].to_dict("records"):
        period, option = periods.loc[decision["cla_id"]], decision["plan_option"]
        began = max(decision["agreed_date"], period.started)
        over = decision["ended_date"] or NEVER
        if decision["end_reason"] == "LEFT_CARE":
            over = NEVER
        left = period.ended if period.reason in LEAVES.get(option, ()) else NEVER
        if option in LEAVES:
            add("left care as planned", option, period, began, left, over)
        if option in LIVES:
            lived = [
                max(home["clap_cla_placement_start_date"], began)
                for home in homes[decision["cla_id"]]
                if home["clap_cla_placement_type"] in LIVES[option]
                and (home["clap_cla_placement_end_date"] or NEVER) > began
            ]
            add("placed as planned", option, period, began, min([*lived, left]), over)
        if option == "ADOPTION":
            ordered = [
                max(order["lega_legal_status_start_date"], began)
                for order in orders[period.child]
                if (order["lega_legal_status_end_date"] or NEVER) > began
                and order["lega_legal_status_start_date"] < period.ended
            ]
            add("placement order made", option, period, began, min([*ordered, NEVER]), over)
    return dict(found)
