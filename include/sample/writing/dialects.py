"""The extracts of the case systems: how each writes its files, and what it can't say (definitions, last section)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from include.sample.chance import coded
from include.sample.days import NEVER, day
from include.sample.register import Register

Columns = dict[str, np.ndarray | pd.Categorical]
Registers = Mapping[str, Register]
_PLACEHOLDER_DAY = day("1900-01-01")
PARTICIPATION_WORDS = (
    "Child aged under 4 at the time of the review",
    "Child physically attends and speaks for him or herself",
    "Child physically attends and an advocate speaks on his or her behalf",
    "Child attends and conveys his or her view symbolically",
    "Child physically attends but does not speak",
    "Child does not attend but briefs an advocate",
    "Child does not attend but conveys feelings by a facilitative medium",
    "Child does not attend nor are views conveyed",
)
_CATEGORY_WORDS = {"NEG": "Neglect", "EMO": "Emotional abuse", "PHY": "Physical abuse", "SAB": "Sexual abuse",
                   "MUL": "Multiple: Neglect, Emotional abuse"}  # fmt: skip


def _unchanged(table: str, columns: Columns, night: int, registers: Registers) -> Columns:
    return columns


def _eclipse(table: str, columns: Columns, night: int, registers: Registers) -> Columns:
    """Eclipse: no id of some reviews, no plan id on reviews of open plans, stubs, constants, keys made anew."""
    match table:
        case "cla_reviews":
            ids = columns["clar_cla_review_id"]
            return columns | {"clar_cla_review_id": np.where(ids % 5 == 0, -1, ids)}
        case "cla_placement":
            kinds, urn = columns["clap_cla_placement_type"], columns["clap_cla_placement_urn"]
            ids = columns["clap_cla_placement_id"]
            places = np.where(ids % 41 == 0, len(kinds.categories), np.where(ids % 37 == 0, -1, kinds.codes))
            return columns | {
                "clap_cla_placement_type": coded(places, (*kinds.categories, "DQ")),
                "clap_cla_placement_urn": np.where(ids % 9 == 0, ids, urn),
            }
        case "cla_care_plan":
            # a stub: made anew each run, and only of open plans
            now = columns["lacp_cla_care_plan_end_date"] == NEVER
            kept = {name: values[now] for name, values in columns.items()}
            count = int(now.sum())
            return kept | {
                "lacp_table_id": night * np.int64(1_000_000) + np.arange(count),
                "lacp_cla_care_plan_json": coded(np.full(count, 0), ("SSD_PH",)),
            }
        case "cp_reviews":
            still = columns["cppr_cp_review_outcome_continue_cp"].codes == 0
            count = len(still)
            return columns | {
                "cppr_cp_plan_id": np.where(still, -1, columns["cppr_cp_plan_id"]),
                "cppr_cp_review_quorate": coded(np.zeros(count), ("Y",)),
                "cppr_cp_review_participation": coded(np.zeros(count), ("SSD_PH",)),
            }
        case "cla_episodes":
            return columns | {"clae_cla_last_iro_contact_date": _last_review(columns, night, registers)}
        case "professionals":
            return columns | {"prof_full_time_equivalency": np.full(len(columns["prof_professional_id"]), -1)}
        case "person":
            died = columns["pers_death_date"]
            return columns | {"pers_death_date": np.where(died == NEVER, _PLACEHOLDER_DAY, died).astype(np.int32)}
    return columns


def _last_review(columns: Columns, night: int, registers: Registers) -> np.ndarray:
    """The day of the last review of each episode's period: what Eclipse takes for the IRO's last contact."""
    register = registers["ssd.cla_reviews"]
    seen = register.known_on(night, ("clar_cla_id", "clar_cla_review_date"))
    latest = pd.Series(seen["clar_cla_review_date"]).groupby(seen["clar_cla_id"]).max()
    return latest.reindex(columns["clae_cla_id"]).fillna(int(NEVER)).to_numpy().astype(np.int32)


def _systemc(table: str, columns: Columns, night: int, registers: Registers) -> Columns:
    """System C: participation and categories of abuse in words; identifiers made anew each run, without dates."""
    match table:
        case "linked_identifiers":
            count = len(columns["link_table_id"])
            never = np.full(count, NEVER)
            return columns | {
                "link_table_id": night * np.int64(10_000_000) + np.arange(count),
                "link_identifier_value": np.full(count, -1),
                "link_valid_from_date": never,
                "link_valid_to_date": never,
            }
        case "professionals":
            return columns | {
                "prof_agency_worker_flag": coded(np.full(len(columns["prof_professional_id"]), -1), ("Y",))
            }
        case "cla_reviews":
            codes = columns["clar_cla_review_participation"].codes
            return columns | {"clar_cla_review_participation": coded(codes, PARTICIPATION_WORDS)}
        case "cp_plans":
            return columns | {
                name: coded(columns[name].codes, [_CATEGORY_WORDS[code] for code in columns[name].categories])
                for name in ("cppl_cp_plan_initial_category", "cppl_cp_plan_latest_category")
            }
        case "cp_reviews":
            return columns | {
                "cppr_cp_review_participation": coded(np.zeros(len(columns["cppr_cp_review_id"])), ("SSD_PH",))
            }
    return columns


def _mosaic(table: str, columns: Columns, night: int, registers: Registers) -> Columns:
    """Mosaic: due dates 91 and 183 days after the review before; the mother's row made anew each run."""
    if table == "mother":
        return columns | {"moth_table_id": night * np.int64(10_000_000) + np.arange(len(columns["moth_table_id"]))}
    if table != "cla_reviews":
        return columns
    frame = pd.DataFrame({"period": columns["clar_cla_id"], "held": columns["clar_cla_review_date"]})
    order = np.lexsort((frame["held"], frame["period"]))
    sorted_ = frame.iloc[order]
    same = (sorted_["period"] == sorted_["period"].shift()).to_numpy()
    number = sorted_.groupby("period").cumcount().to_numpy()
    before = np.append(0, sorted_["held"].to_numpy()[:-1])
    due = columns["clar_cla_review_due_date"].copy()
    due[order] = np.where(same, before + np.where(number == 1, 91, 183), due[order])
    return columns | {"clar_cla_review_due_date": due.astype(np.int32)}


@dataclass(frozen=True)
class Dialect:
    """How a case system writes its files, and what it changes in a table's columns."""

    changes: Callable[[str, Columns, int, Registers], Columns] = _unchanged
    delimiter: str = ","
    line_end: bytes = b"\r\n"
    byte_order_mark: bytes = b""
    quote_all: bool = False
    date_format: str = "YYYY-MM-DD"


DIALECTS: Mapping[str, Dialect] = {
    "standard": Dialect(),
    "eclipse": Dialect(_eclipse, byte_order_mark=b"\xef\xbb\xbf", quote_all=True),
    "systemc": Dialect(_systemc, date_format="DD/MM/YYYY", line_end=b"\n"),
    "mosaic": Dialect(_mosaic, delimiter="|", date_format="YYYY-MM-DD 00:00:00"),
}
