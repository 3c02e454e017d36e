"""People known to the authority: the children, their parents, children in need and unborn children. All invented."""

import numpy as np
import pandas as pd

from include.sample.chance import any_of, chance, numbered, pick, stream
from include.sample.days import REFERENCE_DAY, add_months, after, as_days

FORENAME_STARTS = ("Zor", "Xel", "Quib", "Vash", "Jyx", "Zib", "Wuv", "Orkl")
FORENAME_ENDS = ("vane", "quin", "drix", "bolo", "mirrow", "tazz", "wynk", "loxa")
SURNAME_STARTS = ("Quilli", "Wex", "Brozz", "Zindle", "Fnar", "Glomb", "Skriv", "Throx")
SURNAME_ENDS = ("bex", "moor", "quag", "nubbin", "zell", "wizzle", "dax", "fimble")

_ETHNICITIES = {
    "WBRI": 64, "WOTH": 6, "WROM": 2, "WIRT": 1, "WIRI": 1, "MWBC": 3, "MWAS": 3, "MWBA": 2, "MOTH": 2,
    "APKN": 3, "ABAN": 3, "AIND": 1, "AOTH": 1, "BAFR": 4, "BCRB": 1, "BOTH": 1, "CHNE": 1, "OOTH": 1,
    "REFU": 1, "NOBT": 1,
}  # fmt: skip
_GENDERS = {"M": "01", "F": "02", "U": "00"}
_PARENTS, _CHILDREN_IN_NEED, _UNBORN = 34, 18, 8


def invented_names(rng: np.random.Generator, starts: tuple[str, ...], ends: tuple[str, ...], count: int) -> list[str]:
    """`count` names, each put together from two invented syllables."""
    pairs = zip(rng.integers(0, len(starts), count), rng.integers(0, len(ends), count), strict=True)
    return [starts[start] + ends[end] for start, end in pairs]


def persons(seed: int, children: pd.DataFrame) -> pd.DataFrame:
    """Everybody the authority knows, one row each: the contract's columns and `known_from`.

    Some share a surname; `kind` says who is who (child, parent, in need, unborn).
    """
    rng = stream(seed, "persons")
    families = invented_names(rng, SURNAME_STARTS, SURNAME_ENDS, len(children) * 3 // 4)
    others = _others(rng, children)
    everybody = pd.concat([children.assign(kind="child"), others], ignore_index=True)
    count = len(everybody)
    sex = pick(rng, {"M": 56, "F": 43, "U": 1}, count)
    born = everybody["dob"].notna()
    sex[everybody["kind"] == "parent"] = "F"
    from_abroad = everybody["pathway"] == "seeking asylum"
    under_school_age = everybody["dob"] > pd.Timestamp(add_months(REFERENCE_DAY, -12 * 5))
    young_mother = (everybody["kind"] == "child") & (sex == "F") & everybody["dob"].between("2008-04-01", "2009-12-31")
    lead_time = rng.integers(0, 60, count) * ~from_abroad
    frame = pd.DataFrame(
        {
            "kind": everybody["kind"],
            "pers_person_id": everybody["person_id"],
            "pers_legacy_id": [f"LEG{int(person) * 7 % 90000 + 10000}" for person in everybody["person_id"]],
            "pers_forename": invented_names(rng, FORENAME_STARTS, FORENAME_ENDS, count),
            "pers_surname": any_of(rng, families, count),
            "pers_sex": np.where(born, sex, "U"),
            "pers_gender": [_GENDERS[code] for code in np.where(born, sex, "U")],
            "pers_ethnicity": np.where(
                from_abroad, pick(rng, {"BAFR": 5, "AOTH": 3, "OOTH": 2}, count), pick(rng, _ETHNICITIES, count)
            ),
            "pers_dob": everybody["dob"],
            "pers_expected_dob": everybody["expected_dob"],
            "pers_common_child_id": [f"999{number}" for number in rng.integers(1_000_000, 9_999_999, count)],
            "pers_upn_unknown": np.select([from_abroad, born & under_school_age], ["UN2", "UN1"], default=""),
            "pers_send_flag": np.where(chance(rng, 25, count), "Y", "N"),
            "pers_is_mother": np.where((everybody["kind"] == "parent") | young_mother, "Y", "N"),
            "pers_nationality": np.where(from_abroad, "Sudanese", "British"),
            "known_from": after(as_days(everybody["first_entered"]), -lead_time),
        }
    )
    moved_over = frame["known_from"] < pd.Timestamp("2019-04-01")
    frame["pers_legacy_id"] = frame["pers_legacy_id"].where(moved_over)
    frame["pers_common_child_id"] = frame["pers_common_child_id"].where(born & chance(rng, 80, count))
    frame["pers_send_flag"] = frame["pers_send_flag"].where(frame["kind"].isin(["child", "in need"]))
    frame["known_from"] = frame[["known_from", "pers_dob"]].max(axis=1)
    return frame


def _others(rng: np.random.Generator, children: pd.DataFrame) -> pd.DataFrame:
    """Parents, children in need and unborn children; `first_entered` is the day they became known."""
    kind = np.repeat(["parent", "in need", "unborn"], [_PARENTS, _CHILDREN_IN_NEED, _UNBORN])
    count = len(kind)
    years = np.select([kind == "parent", kind == "in need"], [rng.integers(24, 48, count), rng.integers(1, 16, count)])
    days_away = rng.integers(20, 180, count)
    dob = after(add_months(np.repeat(REFERENCE_DAY, count), -12 * years), -days_away)
    known = after(REFERENCE_DAY, -np.where(kind == "parent", 2500, 30) - days_away)
    return pd.DataFrame(
        {
            "kind": kind,
            "person_id": numbered(int(children["person_id"].max()) + 1, count),
            "dob": pd.Series(dob).where(kind != "unborn"),
            "expected_dob": pd.Series(after(REFERENCE_DAY, days_away)).where(kind == "unborn"),
            "first_entered": known,
            "pathway": "",
        }
    )
