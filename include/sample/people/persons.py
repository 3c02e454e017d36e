"""Everybody the authority knows: children, born and unborn, and mothers. All invented; no name can be a person's."""

import numpy as np
import pandas as pd

from include.sample.care.care_periods import in_care_on
from include.sample.chance import between, chance, coded, draw, fit, flags, numbers_within, stream
from include.sample.days import NEVER, YEAR, birthday
from include.sample.families import together
from include.sample.names import FORENAMES, SURNAMES
from include.sample.protection.protection_plans import on_plan_on
from include.sample.recording import recorded
from include.sample.register import Register
from include.sample.targets import GO_LIVE, YEAR_END, YEAR_END_BEFORE, Targets

ETHNICITIES = ("WBRI", "WOTH", "WROM", "WIRT", "WIRI", "MWBC", "MWAS", "MWBA", "MOTH", "APKN", "ABAN", "AIND", "AOTH",
               "BAFR", "BCRB", "BOTH", "CHNE", "OOTH", "REFU", "NOBT")  # fmt: skip
_WHITE = {0: 88, 1: 7, 2: 3, 3: 1, 4: 1}
_OTHER = {5: 10, 6: 9, 7: 8, 8: 8, 9: 12, 10: 9, 11: 3, 12: 6, 13: 15, 14: 3, 15: 5, 16: 2, 17: 6, 18: 1, 19: 3}
_SEEKING_ASYLUM = {12: 4, 13: 4, 17: 2}
_NATIONALITIES = ("British", "Sudanese", "Eritrean", "Afghan", "Iranian", "Vietnamese", "Polish")
# Of 649, 671 and 334 children.
_MALE, _WHITE_IN_CARE, _WHITE_BEFORE, _WHITE_ON_PLANS = 370, 526, 517, 271
_FIRST_PERSON, _FIRST_DUPLICATE = 100201, 90_000_101


def people(
    seed: int, periods: pd.DataFrame, plans: pd.DataFrame, referred: pd.DataFrame, targets: Targets
) -> pd.DataFrame:
    """One row a person, by `person_id`: `child` (their number in the other frames, -1 for mothers), `family`, `dob`,
    `known` (the day they became known), `sex` (M, F), `ethnicity` (place in ETHNICITIES), `uasc`, `kind`, `mother`
    (row of the mother, -1 for none), `disabled`, `cared_for` (was ever in care or on a plan).
    """
    rng = stream(seed, "people")
    frame = referred.sort_values(["child", "date"], kind="stable").drop_duplicates("child", ignore_index=True)
    frame = frame[["child", "family", "dob", "date"]].rename(columns={"date": "known"})
    of_child = pd.Series(frame.index.to_numpy(), index=frame["child"].to_numpy())
    period_row = of_child.reindex(periods["child"].to_numpy()).to_numpy().astype(np.int64)
    uasc = np.zeros(len(frame), dtype=bool)
    uasc[period_row] = periods["uasc"]
    frame["uasc"] = uasc
    rows = {on: np.unique(period_row[in_care_on(periods, on, as_reported=True)]) for on in (YEAR_END_BEFORE, YEAR_END)}
    on_plans = of_child.reindex(plans["child"].to_numpy()).to_numpy()[on_plan_on(plans, YEAR_END)].astype(np.int64)
    # who was adopted and came back is who it was
    lived = of_child.reindex(periods["life"].to_numpy()).to_numpy()
    again = ((periods["life"] != periods["child"]) & ~np.isnan(lived)).to_numpy()
    back, was = period_row[again], lived[again].astype(np.int64)
    male = chance(rng, 55, len(frame))
    male[back] = male[was]
    male = _fit_free(rng, male, _flagged(len(frame), rows[YEAR_END]), back, targets.scaled(_MALE))
    white = _white(rng, frame, (back, was), rows[YEAR_END_BEFORE], rows[YEAR_END], on_plans, targets)
    ethnicity = np.where(white, draw(rng, _WHITE, len(frame)), draw(rng, _OTHER, len(frame)))
    ethnicity[uasc] = draw(rng, _SEEKING_ASYLUM, int(uasc.sum()))
    ethnicity[back] = ethnicity[was]
    frame["sex"] = np.where(male, "M", "F")
    frame["ethnicity"] = ethnicity.astype(np.int8)
    frame["kind"] = "child"
    frame["disabled"] = chance(rng, 11, len(frame))
    ever = np.concatenate([periods["child"], plans["child"]])
    frame["cared_for"] = frame["child"].isin(ever)
    return _with_mothers(rng, frame)


def _flagged(count: int, rows: np.ndarray) -> np.ndarray:
    found = np.zeros(count, dtype=bool)
    found[rows] = True
    return found


def _fit_free(
    rng: np.random.Generator, flagged: np.ndarray, among: np.ndarray, fixed: np.ndarray, quota: int
) -> np.ndarray:
    """As `fit`, without changing the rows of `fixed`: they are counted as they are."""
    free = ~_flagged(len(flagged), fixed)
    return fit(rng, flagged, among & free, quota - int((flagged & among & ~free).sum()))


def _white(
    rng: np.random.Generator,
    frame: pd.DataFrame,
    back: tuple[np.ndarray, np.ndarray],
    before: np.ndarray,
    now: np.ndarray,
    on_plans: np.ndarray,
    targets: Targets,
) -> np.ndarray:
    """Who is white: families alike, and as many as the report has on its two days and among those on plans. `back`: the
    rows of who came back, and of who they were.
    """
    count = len(frame)
    family = np.unique(frame["family"], return_inverse=True)[1]
    white = together(chance(rng, 80, count), family) & ~frame["uasc"].to_numpy()
    fixed, was = back
    white[fixed] = white[was]
    may = ~frame["uasc"].to_numpy()
    before, now, on_plans = (_flagged(count, rows) for rows in (before, now, on_plans))
    stayed = before & now
    white = _fit_free(rng, white, stayed & may, fixed, int(stayed.sum()) * 82 // 100)
    both = int((white & stayed).sum())
    white = _fit_free(rng, white, before & ~now & may, fixed, targets.scaled(_WHITE_BEFORE) - both)
    white = _fit_free(rng, white, now & ~before & may, fixed, targets.scaled(_WHITE_IN_CARE) - both)
    settled = before | now
    rest = targets.scaled(_WHITE_ON_PLANS) - int((white & on_plans & settled).sum())
    return _fit_free(rng, white, on_plans & ~settled & may, fixed, rest)


def _with_mothers(rng: np.random.Generator, children: pd.DataFrame) -> pd.DataFrame:
    """Add a mother for four families in ten, known as long as her first child."""
    first = children.sort_values(["family", "known"], kind="stable").drop_duplicates("family")
    first = first[(chance(rng, 40, len(first)) & ~first["uasc"].to_numpy())]
    oldest = children.groupby("family")["dob"].min().reindex(first["family"]).to_numpy()
    mothers = pd.DataFrame(
        {
            "child": -1, "family": first["family"].to_numpy(),
            "dob": oldest - between(rng, 17 * YEAR, 36 * YEAR, len(first)),
            "known": first["known"].to_numpy(), "uasc": False, "sex": "F",
            "ethnicity": first["ethnicity"].to_numpy(), "kind": "mother", "disabled": False,
            "cared_for": False,
        }
    )  # fmt: skip
    everybody = pd.concat([children, mothers], ignore_index=True)
    everybody = everybody.sort_values(["known", "family", "kind", "child"], kind="stable", ignore_index=True)
    mother_of = everybody[everybody["kind"] == "mother"]
    mother = pd.Series(mother_of.index.to_numpy(), index=mother_of["family"].to_numpy())
    found = mother.reindex(everybody["family"].to_numpy()).fillna(-1).to_numpy().astype(np.int64)
    everybody["mother"] = np.where(everybody["kind"] == "child", found, -1)
    gaps = numbers_within(np.array([len(everybody)]))[1] // 7
    everybody["person_id"] = _FIRST_PERSON + np.arange(len(everybody)) + gaps
    return everybody


def duplicates(referred: pd.DataFrame) -> pd.DataFrame:
    """Referrals that stood under another id of a child known already, in their order, with that `duplicate_id`."""
    rows = referred[(referred["merged"] < NEVER).to_numpy()]
    return rows.assign(duplicate_id=_FIRST_DUPLICATE + np.arange(len(rows)))


def person_register(seed: int, everybody: pd.DataFrame, referred: pd.DataFrame) -> Register:
    """ssd.person: an unborn child stands with the expected date until it is born; who was born is put right later."""
    rng = stream(seed, "person register")
    count = len(everybody)
    dob, known = (everybody[name].to_numpy().astype(np.int32) for name in ("dob", "known"))
    male = (everybody["sex"] == "M").to_numpy()
    unborn = dob > known
    from_abroad = everybody["uasc"].to_numpy()
    is_child = (everybody["kind"] == "child").to_numpy()
    born_known = np.where(unborn, recorded(rng, np.maximum(dob, known), at_once=True), known)
    surname = together(rng.integers(0, len(SURNAMES), count), np.unique(everybody["family"], return_inverse=True)[1])
    died = is_child & ~everybody["cared_for"].to_numpy() & (rng.integers(0, 2500, count) == 0)
    death = np.where(died, dob + between(rng, 400, 5000, count), NEVER)
    rows = pd.DataFrame(
        {
            "pers_person_id": everybody["person_id"],
            "pers_legacy_id": np.where(known < GO_LIVE, everybody["person_id"] * 7 % 900000 + 100000, -1),
            "pers_forename": coded(rng.integers(0, len(FORENAMES), count), FORENAMES),
            "pers_surname": coded(surname, SURNAMES),
            "pers_sex": coded(np.where(male, 0, 1), ("M", "F", "U")),
            "pers_gender": coded(np.where(male, 0, 1), ("01", "02", "00")),
            "pers_ethnicity": coded(everybody["ethnicity"], ETHNICITIES),
            "pers_dob": dob,
            "pers_expected_dob": np.where(unborn, dob + between(rng, -9, 9, count), NEVER),
            "pers_death_date": death,
            "pers_common_child_id": np.where(
                chance(rng, 80, count) & ~from_abroad, 9_990_000_000 + rng.integers(0, 10_000_000, count), -1
            ),
            "pers_upn_unknown": coded(
                np.where(from_abroad, 1, np.where(known < dob + 5 * YEAR, 0, -1)), ("UN1", "UN2")
            ),
            "pers_send_flag": flags(chance(rng, 24, count), among=is_child & (birthday(dob, 5) < known + 3 * YEAR)),
            "pers_is_mother": flags(~is_child),
            "pers_nationality": coded(
                np.where(from_abroad, 1 + rng.integers(0, 5, count), np.where(chance(rng, 4, count), 6, 0)),
                _NATIONALITIES,
            ),
            "known_from": known,
            "known_until": NEVER,
            "death_known": np.where(death < NEVER, death + 3, NEVER),
        }
    )
    rows["pers_legacy_id"] = rows["pers_legacy_id"].astype(np.int64)
    rows = pd.concat([_born(rows, born_known), _doubled(rows, referred)], ignore_index=True)
    return Register(rows, {"death_known": ("pers_death_date",)}, {"pers_legacy_id": "LEG"})


def _doubled(rows: pd.DataFrame, referred: pd.DataFrame) -> pd.DataFrame:
    """The records under which children stood a second time, until the two were merged."""
    second = duplicates(referred)
    place = np.searchsorted(rows["pers_person_id"].to_numpy(), second["person_id"].to_numpy())
    twice = rows.iloc[place].assign(
        pers_person_id=second["duplicate_id"].to_numpy(),
        known_from=second["date"].to_numpy(),
        known_until=second["merged"].to_numpy(),
        pers_common_child_id=np.int64(-1),
        pers_legacy_id=np.int64(-1),
    )
    return twice.astype(rows.dtypes.to_dict())


def _born(rows: pd.DataFrame, born_known: np.ndarray) -> pd.DataFrame:
    """Two versions of who was unborn when first known: before, without date of birth and sex, and since."""
    waited = np.flatnonzero(born_known > rows["known_from"])
    before = rows.iloc[waited].copy()
    before["pers_dob"], before["known_until"] = NEVER, born_known[waited]
    before["pers_sex"] = coded(np.full(len(before), 2), ("M", "F", "U"))
    before["pers_gender"] = coded(np.full(len(before), 2), ("01", "02", "00"))
    before["pers_common_child_id"] = np.int64(-1)
    before["pers_upn_unknown"] = coded(np.full(len(before), -1), ("UN1", "UN2"))
    since = rows.copy()
    since["known_from"] = np.maximum(born_known, rows["known_from"])
    since["pers_expected_dob"] = NEVER
    return pd.concat([since, before.astype(rows.dtypes.to_dict())], ignore_index=True)
