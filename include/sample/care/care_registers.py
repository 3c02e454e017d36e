"""What the case system says of care itself: episodes, placements and legal statuses."""

import numpy as np
import pandas as pd

from include.sample.care.episodes import spell_known
from include.sample.care.legal_statuses import STATUSES
from include.sample.care.placements import CHANGE_REASONS, PROVIDERS, TEMPORARY, type_codes
from include.sample.chance import between, chance, coded, stream
from include.sample.names import OTHER_POSTCODES, POSTCODES
from include.sample.referrals import Referrals
from include.sample.register import Register

_ALL_POSTCODES = (*POSTCODES, *OTHER_POSTCODES)
_WITHOUT_URN = ("P1", "R1", "H5")


def placement_register(
    seed: int, homes: pd.DataFrame, care_episodes: pd.DataFrame, periods: pd.DataFrame, household: np.ndarray
) -> Register:
    """ssd.cla_placement."""
    rng = stream(seed, "placement register")
    known, end_known = spell_known(homes, care_episodes, "placement")
    away = np.isin(homes["type"], TEMPORARY)
    carer = (~homes["same_carer"]).cumsum().to_numpy() - 1
    # who is away for a while is somewhere else
    carer[away] = int(carer.max()) + 1 + np.arange(int(away.sum()))
    count = int(carer.max()) + 1
    # a household keeps its address, another carer has one of their own; one child in three lives out of the area
    place = np.where(
        chance(rng, 66, count),
        rng.integers(0, len(POSTCODES), count),
        len(POSTCODES) + rng.integers(0, len(OTHER_POSTCODES), count),
    )
    place = place[carer]
    place = np.where(household >= 0, (household * 7919 + seed) % len(_ALL_POSTCODES), place)
    near = place < len(POSTCODES)
    # no carer has the address of a family
    place = np.where(near, place // 2 * 2 + 1, place)
    miles = np.where(near, between(rng, 2, 150, count)[carer], between(rng, 200, 900, count)[carer])
    urn = np.where(household >= 0, 9_000_000 + household, 9_500_000 + rng.integers(0, 400_000, count)[carer])
    kinds = type_codes(homes)
    urn = np.where(np.isin(np.asarray(kinds), _WITHOUT_URN) | away, -1, urn)
    reasons = dict(zip(CHANGE_REASONS, range(len(CHANGE_REASONS)), strict=True))
    provider = homes["provider"].to_numpy()
    rows = pd.DataFrame(
        {
            "clap_cla_placement_id": homes["placement_id"],
            "clap_cla_id": periods["cla_id"].to_numpy()[homes["period"]],
            "clap_person_id": periods["person_id"].to_numpy()[homes["period"]],
            "clap_cla_placement_start_date": homes["starts"],
            "clap_cla_placement_type": kinds,
            "clap_cla_placement_urn": urn,
            "clap_cla_placement_distance": miles.astype(np.int64),
            "clap_cla_placement_provider": coded(
                np.where(provider == "", -1, np.searchsorted(PROVIDERS, provider)), PROVIDERS
            ),
            "clap_cla_placement_postcode": coded(place, _ALL_POSTCODES),
            "clap_cla_placement_end_date": homes["ends"],
            "clap_cla_placement_change_reason": coded(
                homes["change_reason"].map(reasons).fillna(-1).astype(np.int8), CHANGE_REASONS
            ),
            "known_from": known,
            "end_known": end_known,
        }
    )
    rows = rows.sort_values("clap_cla_placement_id", kind="stable", ignore_index=True)
    of_the_end = ("clap_cla_placement_end_date", "clap_cla_placement_change_reason")
    return Register(rows, {"end_known": of_the_end}, {"clap_cla_placement_urn": "SC"})


def legal_status_register(statuses: pd.DataFrame, care_episodes: pd.DataFrame, periods: pd.DataFrame) -> Register:
    """ssd.legal_status."""
    known, end_known = spell_known(statuses, care_episodes, "status")
    rows = pd.DataFrame(
        {
            "lega_legal_status_id": statuses["status_id"],
            "lega_person_id": periods["person_id"].to_numpy()[statuses["period"]],
            "lega_legal_status": coded(statuses["status"], STATUSES),
            "lega_legal_status_start_date": statuses["starts"],
            "lega_legal_status_end_date": statuses["ends"],
            "known_from": known,
            "end_known": end_known,
        }
    ).sort_values("lega_legal_status_id", kind="stable", ignore_index=True)
    return Register(rows, {"end_known": ("lega_legal_status_end_date",)})


def episode_register(
    care_episodes: pd.DataFrame, periods: pd.DataFrame, homes: pd.DataFrame, referred: Referrals
) -> Register:
    """ssd.cla_episodes."""
    period = care_episodes["period"].to_numpy()
    starts, ends = tuple("SLPTBU"), tuple(sorted(set(care_episodes["end_reason"]) - {""}))
    needs = ("N1", "N2", "N3", "N4", "N5", "N6", "N8")
    end = np.where(care_episodes["end_reason"] == "", -1, np.searchsorted(ends, care_episodes["end_reason"]))
    rows = pd.DataFrame(
        {
            "clae_cla_episode_id": care_episodes["episode_id"],
            "clae_person_id": periods["person_id"].to_numpy()[period],
            "clae_cla_id": periods["cla_id"].to_numpy()[period],
            "clae_cla_placement_id": homes["placement_id"].to_numpy()[care_episodes["placement"]],
            "clae_referral_id": referred.rows["referral_id"].to_numpy()[referred.of_period[period]],
            "clae_cla_episode_start_date": care_episodes["starts"],
            "clae_cla_episode_start_reason": coded(care_episodes["start_reason"].map(starts.index), starts),
            "clae_cla_primary_need_code": coded(np.searchsorted(needs, periods["need"].to_numpy()[period]), needs),
            "clae_cla_episode_ceased_date": care_episodes["ends"],
            "clae_cla_episode_ceased_reason": coded(end, ends),
            "clae_entered_care_date": periods["entered"].to_numpy()[period].astype(np.int32),
            "known_from": care_episodes["known_from"],
            "end_known": care_episodes["end_known"],
        }
    ).sort_values("clae_cla_episode_id", kind="stable", ignore_index=True)
    of_the_end = ("clae_cla_episode_ceased_date", "clae_cla_episode_ceased_reason")
    return Register(rows, {"end_known": of_the_end}, {"clae_referral_id": "RF"})


def numbered(frame: pd.DataFrame, name: str, first: int) -> pd.DataFrame:
    """The frame with ids that run on in the order in which its rows began."""
    order = np.argsort(frame["starts"].to_numpy(), kind="stable")
    ids = np.empty(len(frame), dtype=np.int64)
    ids[order] = first + np.arange(len(frame))
    return frame.assign(**{name: ids})
