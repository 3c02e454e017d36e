"""The few faults of a real extract, each one a warning: the record is taken, the value is listed."""

from collections.abc import Mapping

import pandas as pd


def add_faults(texts: Mapping[str, pd.DataFrame]) -> None:
    """Put into the texts of ssd's tables a placement type nobody knows, a day that is none, and two legal statuses
    that overlap. They stand in the oldest records, the same ones every night.
    """
    placements = texts["ssd.cla_placement"]
    placements.loc[placements.index[0], "clap_cla_placement_type"] = "U9"
    persons = texts["ssd.person"]
    persons.loc[persons["pers_is_mother"].eq("Y").idxmax(), "pers_death_date"] = "31/02/2025"
    statuses = texts["ssd.legal_status"]
    following = statuses["lega_legal_status_start_date"].shift(-1)
    overlapped = (statuses["lega_person_id"] == statuses["lega_person_id"].shift(-1)) & (
        statuses["lega_legal_status_end_date"] == following
    )
    row = overlapped.idxmax()
    days = pd.Timestamp(following[row]) + pd.Timedelta(days=14)
    statuses.loc[row, "lega_legal_status_end_date"] = days.strftime("%Y-%m-%d")
