"""Where children in care lived, and under what legal status: placements, statuses, and the episodes they make."""

import numpy as np
import pandas as pd

from include.sample.chance import any_of, chance, numbered, pick, pick_each, stream
from include.sample.days import HORIZON, REFERENCE_DAY, after, as_days, nearest, spells
from include.sample.periods import PATHWAYS, Story
from include.sample.register import Register

OWN_DISTRICTS = ("QX1", "QX2", "QX3", "QX4", "QX5", "QX6")
"""Postcode districts of the authority's own area. No real postcode begins with Q, V or X."""
OTHER_DISTRICTS = ("VX1", "VX2", "VX3", "VX4")
_INWARD_LETTERS = ("CI", "IK", "KO", "MV", "OC", "VM")  # no real postcode ends in any of these

_BROKEN = (Story.BROKE_DOWN, Story.BROKE_DOWN_NEW_PLAN)
_SETTLED = (Story.ACHIEVED, Story.LEFT, *_BROKEN)
_PROVIDERS = {
    "A6": ("PR1", "PR1", "PR2", "PR5"),
    "H5": ("PR4", "PR5"),
    "K2": ("PR1", "PR4", "PR4", "PR4", "PR5"),
    "K3": ("PR4", "PR5"),
    "P1": ("PR0",),
    "R1": ("PR3", "PR4"),
    "U1": ("PR1",),
    "U2": ("PR1",),
    "U3": ("PR1",),
    "U4": ("PR1", "PR1", "PR4"),
    "U5": ("PR1",),
    "U6": ("PR1", "PR1", "PR1", "PR4", "PR2"),
}
_CHANGE_REASONS = ("CARPL", "CREQB", "CREQO", "CHILD", "LAREQ", "APPRR", "OTHER")


def placements(seed: int, periods: pd.DataFrame) -> pd.DataFrame:
    """Placements of every period of care, one after another; on the reference day a child moves.

    Returns the period's columns, `placement_id`, `number` (from 0), `starts`, `ends` (NaT: still), `type`, `settled`
    (the plan's own placement), `same_carer` (as in the one before), `provider`, `postcode`, `urn`, `miles`.
    """
    rng = stream(seed, "placements")
    entered, left = as_days(periods["entered"]), as_days(periods["left"])
    until = np.where(np.isnat(left), HORIZON, left)
    days = (until - entered).astype(int)
    breaks = periods["story"].isin(_BROKEN).to_numpy()
    settles = periods["story"].isin(_SETTLED).to_numpy() & (days > 200) & ~periods["short_breaks"].to_numpy()
    moves = np.minimum(pick(rng, {"0": 60, "1": 27, "2": 9, "3": 4}, len(periods)).astype(int), days // 150)
    moves = np.select([breaks, settles], [2, np.maximum(moves, 1)], default=moves)
    frame = spells(entered, until, moves + 1, rng).join(periods, on="position")
    later = frame["number"] > 0
    fell_apart = frame.index[frame["story"].isin(_BROKEN) & (frame["number"] == 2)]
    of_late = after(REFERENCE_DAY, -rng.integers(60, 250, len(fell_apart)))
    frame.loc[fell_apart, "starts"] = frame.loc[fell_apart - 1, "ends"] = of_late
    last = frame["number"] == frame["position"].map(pd.Series(moves))
    frame["settled"] = np.where(frame["story"].isin(_BROKEN), frame["number"] == 1, settles[frame["position"]] & last)
    mover = nearest(frame["starts"], REFERENCE_DAY, later & last & frame["left"].isna() & ~frame["settled"])
    frame.loc[mover, "starts"] = frame.loc[mover - 1, "ends"] = pd.Timestamp(REFERENCE_DAY)
    frame["ends"] = frame["ends"].mask(last & frame["left"].isna())

    kinds = [PATHWAYS[name] for name in frame["pathway"]]
    frame["type"] = np.where(
        frame["settled"], [kind.settled for kind in kinds], pick_each(rng, [kind.interim for kind in kinds])
    )
    # supported accommodation had no code of its own before it was regulated
    frame["type"] = frame["type"].mask((frame["type"] == "K3") & (frame["starts"] < "2023-10-28"), "H5")
    before = frame["type"].shift().where(later)
    same_home = (frame["type"] == "U4") & (before == "U6") | (frame["type"] == "U1") & (before == "U3")
    frame["same_carer"] = same_home & chance(rng, 70, len(frame))
    frame["placement_id"] = numbered(700101, len(frame))
    return _with_homes(rng, frame)


def _with_homes(rng: np.random.Generator, frame: pd.DataFrame) -> pd.DataFrame:
    """Provider, postcode, URN and distance; the same as before where the carer is."""
    count = len(frame)
    own_area = chance(rng, 65, count)
    district = np.where(
        own_area,
        any_of(rng, OWN_DISTRICTS, count),
        any_of(rng, OTHER_DISTRICTS, count),
    )
    homes = pd.DataFrame(
        {
            "provider": pick_each(rng, [_PROVIDERS[kind] for kind in frame["type"]]),
            "postcode": [
                f"{area} {digit}{letters}"
                for area, digit, letters in zip(
                    district, rng.integers(1, 10, count), any_of(rng, _INWARD_LETTERS, count), strict=True
                )
            ],
            "urn": [f"SC9{number}" for number in rng.integers(10_000, 99_999, count)],
            "miles": np.where(own_area, rng.integers(2, 150, count), rng.integers(200, 900, count)) / 10,
        }
    )
    homes["urn"] = homes["urn"].mask(frame["type"].isin(["P1", "R1", "H5"]))
    carers = (~frame["same_carer"]).cumsum()
    return frame.join(homes.groupby(carers).transform(lambda column: column.iloc[0]))


def legal_statuses(seed: int, periods: pd.DataFrame) -> pd.DataFrame:
    """Care legal statuses of every period, one after another: the period's columns, `status_id`, `status`, `starts`,
    `ends` (NaT: still).
    """
    rng = stream(seed, "legal statuses")
    steps = pd.DataFrame(
        [(name, status, day) for name, kind in PATHWAYS.items() for status, day in kind.legal],
        columns=["pathway", "status", "day"],
    )
    frame = periods.reset_index().merge(steps, on="pathway").sort_values(["index", "day"], ignore_index=True)
    wobble = rng.integers(80, 121, len(periods))[frame["index"]]
    frame["starts"] = after(as_days(frame["entered"]), frame["day"].to_numpy() * wobble // 100)
    until = frame["left"].fillna(pd.Timestamp(HORIZON))
    frame = frame[frame["starts"] < until].reset_index(drop=True)
    frame["ends"] = frame.groupby("cla_id")["starts"].shift(-1).fillna(frame["left"])
    # most agreements of short breaks are one V4; one child's breaks are recorded one by one
    frame.loc[(frame["status"] == "V4").idxmax(), "status"] = "V3"
    frame["status_id"] = numbered(650101, len(frame))
    return frame


def episodes(periods: pd.DataFrame, homes: pd.DataFrame, statuses: pd.DataFrame) -> pd.DataFrame:
    """Episodes by the rules of SSDA903: a new one on each day on which the placement or the status changed.

    Returns the period's columns, `episode_id`, `placement_id`, `starts`, `ends`, `start_reason`, `end_reason`.
    """
    changes = pd.concat([homes[["cla_id", "starts"]], statuses[["cla_id", "starts"]]]).drop_duplicates()
    frame = changes.merge(periods, on="cla_id").sort_values(["starts", "cla_id"])
    for spell, columns in ((homes, ["placement_id", "same_carer"]), (statuses, ["status_id"])):
        known = spell[["cla_id", "starts", *columns]].sort_values(["starts", "cla_id"])
        frame = pd.merge_asof(frame, known, on="starts", by="cla_id")
    frame = frame.sort_values(["cla_id", "starts"], ignore_index=True)
    before = frame.groupby("cla_id")[["placement_id", "status_id"]].shift()
    moved = frame["placement_id"] != before["placement_id"]
    status_changed = frame["status_id"] != before["status_id"]
    frame["start_reason"] = np.select(
        [
            before["placement_id"].isna(),
            ~moved,
            moved & ~status_changed & frame["same_carer"],
            moved & ~status_changed,
            frame["same_carer"],
        ],
        ["S", "L", "T", "P", "U"],
        default="B",
    )
    following = frame.groupby("cla_id")["starts"].shift(-1)
    frame["ends"] = following.fillna(frame["left"])
    frame["end_reason"] = np.where(following.notna(), "X1", frame["left_reason"])
    frame["episode_id"] = numbered(750101, len(frame))
    return frame


def placement_register(seed: int, homes: pd.DataFrame) -> Register:
    """ssd.cla_placement."""
    moves_on = homes["cla_id"] == homes["cla_id"].shift(-1)
    reason = any_of(stream(seed, "placement changes"), _CHANGE_REASONS, len(homes))
    stays_with_carer = homes["same_carer"].shift(-1, fill_value=False)
    rows = pd.DataFrame(
        {
            "clap_cla_placement_id": homes["placement_id"],
            "clap_cla_id": homes["cla_id"],
            "clap_person_id": homes["person_id"],
            "clap_cla_placement_start_date": homes["starts"],
            "clap_cla_placement_type": homes["type"],
            "clap_cla_placement_urn": homes["urn"],
            "clap_cla_placement_distance": homes["miles"],
            "clap_cla_placement_provider": homes["provider"],
            "clap_cla_placement_postcode": homes["postcode"],
            "clap_cla_placement_end_date": homes["ends"],
            "clap_cla_placement_change_reason": pd.Series(np.where(stays_with_carer, "PLACE", reason)).where(moves_on),
            "known_from": homes["starts"],
        }
    )
    return Register(rows, {"clap_cla_placement_end_date": ("clap_cla_placement_change_reason",)})


def legal_status_register(statuses: pd.DataFrame) -> Register:
    """ssd.legal_status."""
    rows = pd.DataFrame(
        {
            "lega_legal_status_id": statuses["status_id"],
            "lega_person_id": statuses["person_id"],
            "lega_legal_status": statuses["status"],
            "lega_legal_status_start_date": statuses["starts"],
            "lega_legal_status_end_date": statuses["ends"],
            "known_from": statuses["starts"],
        }
    )
    return Register(rows, {"lega_legal_status_end_date": ()})


def episode_register(care_episodes: pd.DataFrame) -> Register:
    """ssd.cla_episodes."""
    rows = pd.DataFrame(
        {
            "clae_cla_episode_id": care_episodes["episode_id"],
            "clae_person_id": care_episodes["person_id"],
            "clae_cla_id": care_episodes["cla_id"],
            "clae_cla_placement_id": care_episodes["placement_id"],
            "clae_referral_id": "RF" + care_episodes["cla_id"],
            "clae_cla_episode_start_date": care_episodes["starts"],
            "clae_cla_episode_start_reason": care_episodes["start_reason"],
            "clae_cla_primary_need_code": care_episodes["need"],
            "clae_cla_episode_ceased_date": care_episodes["ends"],
            "clae_cla_episode_ceased_reason": care_episodes["end_reason"],
            "clae_entered_care_date": care_episodes["entered"],
            "known_from": care_episodes["starts"],
        }
    )
    return Register(rows, {"clae_cla_episode_ceased_date": ("clae_cla_episode_ceased_reason",)})
