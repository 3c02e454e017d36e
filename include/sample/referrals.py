"""Referrals: how each child came to notice, and who is known besides those in care or on a plan."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from include.sample.chance import between, chance, draw, stream
from include.sample.days import NEVER, YEAR
from include.sample.families import ages_in_days, families, together
from include.sample.targets import GO_LIVE, Targets, halves

_IN_NEED = 300  # referrals in half a year that lead to neither care nor a plan
_ENQUIRIES = 0.42  # of them with a section 47 enquiry that ends without a conference
_AGES = {
    (0, 364): 12,
    (365, 5 * YEAR): 27,
    (5 * YEAR, 10 * YEAR): 28,
    (10 * YEAR, 16 * YEAR): 30,
    (16 * YEAR, 17 * YEAR): 3,
}
SOURCES = {"1A": 8, "2A": 14, "2B": 6, "3A": 4, "3B": 6, "3E": 8, "5A": 6, "5C": 9, "6": 28, "8": 4, "9": 7}
CLOSE_REASONS = {"RC8": 55, "RC9": 25, "RC5": 6, "RC6": 4, "RC7": 10}


@dataclass(frozen=True)
class Referrals:
    """`rows`: one a referral: `child`, `dob`, `family`, `date`, `closed` (NEVER: open), `need`, `nfa`, `in_need` (led
    to neither care nor a plan), `enquiry` (had a section 47 enquiry all the same), `merged` (the day on which it was
    found that the child was known already; NEVER: it was seen at once). `of_period`, `of_plan`: the
    referral of each period of care and of each child protection plan.
    """

    rows: pd.DataFrame
    of_period: np.ndarray
    of_plan: np.ndarray


def referrals(seed: int, periods: pd.DataFrame, plans: pd.DataFrame, targets: Targets) -> Referrals:
    """The referrals that led to every period of care and plan, and those that led to neither, by date."""
    rng = stream(seed, "referrals")
    lead = together(between(rng, 12, 70, len(plans)), plans["household"].to_numpy())
    for_plans = pd.DataFrame(
        {
            "child": plans["child"], "dob": plans["dob"], "family": plans["family"],
            "date": plans["starts"] - lead,
            "closed": np.where(plans["ends"] < NEVER, plans["ends"] + between(rng, 20, 240, len(plans)), NEVER),
            "need": np.where(chance(rng, 80, len(plans)), "N1", "N5"), "in_need": False, "enquiry": False,
            "merged": NEVER,
        }
    )  # fmt: skip
    # a child who came into care from a plan had no new referral
    from_plan = plans[plans["into_care"].to_numpy()]
    place = pd.Series(from_plan.index.to_numpy(), index=from_plan["child"].to_numpy())
    first = (~periods["earlier"]).to_numpy()
    plan = place.reindex(periods["child"].to_numpy()).to_numpy()
    plan = np.where(first, plan, np.nan)
    alone = np.isnan(plan)
    mine = periods[alone]
    lead = np.where(
        mine["uasc"], 0, together(between(rng, 0, 90, len(mine)), np.unique(mine["family"], return_inverse=True)[1])
    )
    for_care = pd.DataFrame(
        {
            "child": mine["child"], "dob": mine["dob"], "family": mine["family"],
            "date": np.maximum(mine["entered"] - lead, mine["dob"] - 40),
            "closed": mine["left"], "need": mine["need"], "in_need": False, "enquiry": False,
            "merged": NEVER,
        }
    )  # fmt: skip
    rows = pd.concat([for_plans, for_care, _in_need(rng, periods, plans, targets)], ignore_index=True)
    # those led into care stay open as long as it lasts
    of_plan, of_period = (
        np.arange(len(plans)),
        np.where(alone, len(plans) + np.cumsum(alone) - 1, plan).astype(np.int64),
    )
    closed = rows["closed"].to_numpy().copy()
    after_care = np.minimum(periods["left"].to_numpy(), NEVER - 400) + between(rng, 10, 200, len(periods))
    closed[of_period] = np.where(periods["left"] < NEVER, after_care, NEVER)
    rows["closed"] = closed.astype(np.int32)
    rows["nfa"] = rows["in_need"] & ~rows["enquiry"] & chance(rng, 22, len(rows))
    order = np.argsort(rows["date"].to_numpy(), kind="stable")
    rank = np.empty(len(rows), dtype=np.int64)
    rank[order] = np.arange(len(rows))
    return Referrals(rows.iloc[order].reset_index(drop=True), rank[of_period], rank[of_plan])


def _in_need(rng: np.random.Generator, periods: pd.DataFrame, plans: pd.DataFrame, targets: Targets) -> pd.DataFrame:
    begins = np.repeat([half.begins for half in halves(GO_LIVE)], targets.scaled(_IN_NEED, least=4))
    count = len(begins)
    family = families(rng, count)
    date = together(begins + between(rng, 0, 181, count), family)
    child = max(int(periods["child"].max()), int(plans["child"].max())) + 1 + np.arange(count)
    days_open = np.where(chance(rng, 55, count), between(rng, 20, 60, count), between(rng, 60, 420, count))
    frame = pd.DataFrame(
        {
            "child": child,
            "dob": date - ages_in_days(rng, _AGES, family, 17 * YEAR),
            "family": max(int(periods["family"].max()), int(plans["family"].max())) + 1 + family,
            "date": date,
            "closed": together(date + days_open, family),
            "need": together(draw(rng, {"N1": 50, "N2": 8, "N3": 5, "N4": 14, "N5": 18, "N6": 5}, count), family),
            "in_need": True,
            "enquiry": together(rng.integers(0, 100, count) < _ENQUIRIES * 100, family),
            "merged": NEVER,
        }
    )
    return _referred_again(rng, frame)


def _referred_again(rng: np.random.Generator, frame: pd.DataFrame) -> pd.DataFrame:
    """Some children without siblings had been referred before; of a few that is found out only weeks later."""
    alone = np.flatnonzero(~frame["family"].duplicated(keep=False).to_numpy())
    alone = alone[np.argsort(frame["date"].to_numpy()[alone], kind="stable")]
    # every other one may be the first referral, those between the second
    first, second = alone[0::2], alone[1::2]
    back = np.arange(len(second)) - between(rng, 40, 400, len(second))
    may = (back >= 0) & chance(rng, 40, len(second))
    second, first = second[may], first[np.maximum(back, 0)[may]]
    _, once = np.unique(first, return_index=True)
    second, first = second[once], first[once]
    date, closed, dob = (frame[name].to_numpy() for name in ("date", "closed", "dob"))
    fits = (closed[first] + 20 < date[second]) & (date[second] - dob[first] < 17 * YEAR)
    second, first = second[fits], first[fits]
    for name in ("child", "family", "dob"):
        values = frame[name].to_numpy().copy()
        values[second] = values[first]
        frame[name] = values
    late = second[chance(rng, 12, len(second))]
    merged = frame["merged"].to_numpy().copy()
    merged[late] = date[late] + between(rng, 10, 150, len(late))
    frame["merged"] = merged
    return frame
