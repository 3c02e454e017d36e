"""The SSDA903 return on children looked after in a year: its modules, as CSV files or as one XML document.

It says what the ssd export of the day of delivery says, in the return's own columns, cut to the year and in the codes
of the year. Numbers of rules are those of the Department for Education's validation rules.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from xml.etree.ElementTree import Element

import numpy as np
import pandas as pd

from include.contract.model import Table, source
from include.feeds.batches import MANIFEST
from include.sample.authority import Authority
from include.sample.days import NEVER, birthday, day
from include.sample.exports import DEFAULT_SEED, DEFAULT_SIZE
from include.sample.returns.known import (
    Export,
    ReturnYear,
    age_on,
    check_codes,
    codes,
    day_texts,
    export_of,
    spell_on,
)
from include.sample.writing.elements import Records, add, add_known, by_key, document
from include.sample.writing.folders import deliver, manifest, sha256_of

SOURCE = "ssda903"
FIRST_YEAR = 2017
"""The year in which the first return begins: the sample's exports begin with it."""
Modules = dict[str, pd.DataFrame]

_SHORT_BREAKS = ("V3", "V4")
_TEMPORARY = ("T0", "T1", "T2", "T3", "T4")
_OTHER = ("Z1", "Z11", "Z12", "Z13", "Z14")
_ADOPTED = ("E11", "E12")
# rules 213 and 178
_WITHOUT_PROVIDER = (*_TEMPORARY, *_OTHER)
# rules 218 and 222
_WITHOUT_URN = ("P1", "P2", "P3", "R1", "R2", "R5", *_TEMPORARY, *_OTHER)
_URN_NOT_KNOWN = "XXXXXXX"
_SUPPORTED_HAS_URN = 2024
# who came into care before is not asked what permanence they had (rule 634)
_ASKED_SINCE = day("2016-04-01")
_SEX_IN_LETTERS = 2025
_SEX_IN_NUMBERS = {"M": "1", "F": "2"}
# the two the sample names are invented, and rule 633 asks for numbers: those of two neighbours
_COUNCILS = {"Zindleford (invented)": "392", "Quagmoor (invented)": "393"}
# the document's parts of HEADER in their order: elements of their own, and a module each whose records stand in one
_FIRST = ("CHILDID", "UPN", "SEX", "DOB", "ETHNIC", "UASC")
_OF_HEADER = {"uasc": ("DUC",),
              "ad1": ("DATE_INT", "DATE_MATCH", "FOSTER_CARE", "NB_ADOPTR", "SEX_ADOPTR", "LS_ADOPTR"),
              "oc3": ("IN_TOUCH", "ACTIV", "ACCOM")}  # fmt: skip
_WITHIN_HEADER = {"missing": "AMISSING", "reviews": "AREVIEW", "previous_permanence": "PERMANENCE", "oc2": "OC2",
                  "placed_for_adoption": "AD_PLACED", "sw_episodes": "SW_EPISODE", "dolo": "DOLO"}  # fmt: skip
_OF_EPISODE = ("DECOM", "RNE", "LS", "CIN", "PL", "PL_POST", "HOME_POST", "URN", "PLACE_PROVIDER", "DEC", "REC",
               "REASON_PLACE_CHANGE")  # fmt: skip
_UNDER_18_NOT = ("T", "Z")  # rules 347 and 3001


def write_ssda903(
    drop_folder: Path,
    year: int,
    delivered: date,
    *,
    xml: bool = False,
    size: float = DEFAULT_SIZE,
    seed: int = DEFAULT_SEED,
    authority: Authority | None = None,
) -> Path:
    """Write the return of a year into `<drop_folder>/ssda903/<delivered>/`, and its manifest; returns that folder.

    `year` is the one in which the return begins: 2022 for 1 April 2022 to 31 March 2023. CSV files are called
    `<year>-<module>.csv`, a file each module that the return of the year has; the XML document `<year>-ssda903.xml`.
    `authority`: the council itself, where it has been made already. Raises ValueError for a year before the first, and
    a day of delivery before the year has ended or without an export.
    """
    of_year = ReturnYear(year)
    on = day(delivered.isoformat())
    if year < FIRST_YEAR:
        raise ValueError(f"the sample authority has returns from {FIRST_YEAR}/18 on, not of {of_year.slice}")
    if on <= of_year.last:
        raise ValueError(f"the return of {of_year.slice} can't be delivered on {delivered}: its year has not ended")
    modules = ssda903(export_of(on, size, seed, authority), of_year)

    def write(folder: Path) -> None:
        files = _xml_file(modules, of_year) if xml else _csv_files(modules, of_year)
        promised = {}
        for name, (rows, contents) in files.items():
            (folder / name).write_bytes(contents)
            promised[name] = rows, sha256_of(contents)
        said = {"kind": "return_year", "return_year": str(year)}
        (folder / MANIFEST).write_bytes(manifest(SOURCE, delivered.isoformat(), said, promised))

    folder = drop_folder / SOURCE / delivered.isoformat()
    deliver(folder, write)
    return folder


def columns_of(table: Table) -> list[str]:
    """The columns of a module as the return has them, in its order."""
    return [column.name.upper() for column in table.columns if not column.volatile]


def ssda903(export: Export, year: ReturnYear) -> Modules:
    """The modules of a year's return by name, all text, by child and day."""
    children = export.children()
    episodes = _episodes(export, year)
    in_care = pd.Index(episodes["CHILD"].unique())
    fully = pd.Index(episodes.loc[~episodes["LS"].isin(_SHORT_BREAKS), "CHILD"].unique())
    unaccompanied = _unaccompanied(export, year, children)
    # rule 392B
    episodes.loc[episodes["CHILD"].isin(unaccompanied["CHILD"]), "HOME_POST"] = ""
    made = {
        "episodes": episodes,
        "reviews": _reviews(export, year, fully),
        "uasc": unaccompanied[unaccompanied["CHILD"].isin(in_care)],
        "oc3": _care_leavers(export, year, children),
        "ad1": _adoptions(export, episodes),
        "placed_for_adoption": _decisions(export, year, episodes),
        "previous_permanence": _previous_permanence(export, episodes, fully),
        "missing": _missing(export, year, in_care),
        "sw_episodes": _social_workers(export, year, in_care),
    }
    everybody = pd.Index(np.unique(np.concatenate([in_care, made["oc3"]["CHILD"]])).astype(np.int64))
    made["header"] = _header(children.reindex(everybody), year, fully)
    return {
        table.name: _as_written(made.get(table.name), table, children, year)
        for table in source(SOURCE).tables
        if table.is_in(year.slice)
    }


def _as_written(rows: pd.DataFrame | None, table: Table, children: pd.DataFrame, year: ReturnYear) -> pd.DataFrame:
    """A module with all its columns, texts, what the sample has nothing of empty; by child and day."""
    names = columns_of(table)
    if rows is None:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in names})
    rows = rows.copy()
    if "DOB" in names and "DOB" not in rows:
        rows["DOB"] = children["dob"].reindex(rows["CHILD"]).to_numpy()
    if "SEX" in names and "SEX" not in rows:
        rows["SEX"] = _sex(children["sex"].reindex(rows["CHILD"]).to_numpy(), year)
    rows = rows.sort_values(["CHILD", *(name.upper() for name in table.dated_by)], kind="stable", ignore_index=True)
    for column in table.columns:
        name = column.name.upper()
        if column.data_type == "date" and name in rows:
            rows[name] = day_texts(rows[name].to_numpy())
        elif column.codes and name in rows:
            check_codes(column.codes, rows[name], year)
    return rows.reindex(columns=names, fill_value="").astype(str).astype(object)


def _episodes(export: Export, year: ReturnYear) -> pd.DataFrame:
    """The episodes open on any day of the year; one that goes on after 31 March has no end yet."""
    rows = export.table("cla_episodes").sort_values(["clae_cla_id", "clae_cla_episode_start_date"], kind="stable")
    place = rows["clae_cla_placement_id"].to_numpy()
    another = np.append((rows["clae_cla_id"].to_numpy()[1:] == rows["clae_cla_id"].to_numpy()[:-1]), False)
    another &= np.append(place[1:] != place[:-1], False)
    starts, ends = (rows[f"clae_cla_episode_{name}_date"].to_numpy() for name in ("start", "ceased"))
    homes = export.table("cla_placement").set_index("clap_cla_placement_id").reindex(place)
    statuses = export.table("legal_status").sort_values(["lega_person_id", "lega_legal_status_start_date"])
    status = spell_on(statuses, "lega_person_id", "lega_legal_status_start_date", rows["clae_person_id"], starts)
    ended = ends <= year.last
    kind = _placement_types(codes(homes["clap_cla_placement_type"]), year)
    postcode = codes(homes["clap_cla_placement_postcode"])
    address = export.table("address").drop_duplicates("addr_person_id", keep="last").set_index("addr_person_id")
    home = codes(address["addr_address_postcode"].reindex(rows["clae_person_id"]))
    legal = codes(statuses["lega_legal_status"])[status]
    short_break = np.isin(legal.astype(str), _SHORT_BREAKS)
    frame = pd.DataFrame(
        {
            "CHILD": rows["clae_person_id"].to_numpy(),
            "DECOM": starts,
            "RNE": codes(rows["clae_cla_episode_start_reason"]),
            "LS": legal,
            "CIN": codes(rows["clae_cla_primary_need_code"]),
            "PLACE": kind,
            "PLACE_PROVIDER": np.where(
                np.isin(kind.astype(str), _WITHOUT_PROVIDER), "", codes(homes["clap_cla_placement_provider"])
            ),
            "DEC": year.until(ends),
            "REC": np.where(ended, _end_reasons(codes(rows["clae_cla_episode_ceased_reason"]), year), ""),
            "REASON_PLACE_CHANGE": np.where(
                ended & another, _change_reasons(codes(homes["clap_cla_placement_change_reason"]), year), ""
            ),
            # rules 214 and 398
            "HOME_POST": np.where(short_break, "", home),
            "PL_POST": np.where(short_break, "", postcode),
            "URN": np.where(short_break, "", _urns(codes(homes["clap_cla_placement_urn"]), kind, year)),
        }
    )
    return frame[year.overlaps(starts, ends)].reset_index(drop=True)


def _placement_types(kinds: np.ndarray, year: ReturnYear) -> np.ndarray:
    """Types of placement in the codes of the year: the case system keeps the code that it was given once."""
    if year.ends >= 2025:
        kinds = np.where(np.isin(kinds.astype(str), ("H5", "P2")), "K3", kinds)
    else:
        kinds = np.where(kinds == "K3", "H5", kinds)
    # which of the four takes the place of Z1 is nowhere open to see
    return np.where(kinds == "Z1", "Z11", kinds) if year.ends >= 2026 else kinds


def _end_reasons(reasons: np.ndarray, year: ReturnYear) -> np.ndarray:
    """Why episodes ended: before 2019 special guardianship had two codes."""
    if year.ends >= 2019:
        return reasons
    return pd.Series(reasons).replace({"E45": "E43", "E46": "E43", "E47": "E44", "E48": "E44"}).to_numpy(dtype=object)


def _change_reasons(reasons: np.ndarray, year: ReturnYear) -> np.ndarray:
    return reasons if year.ends >= 2019 else np.where(reasons == "CUSTOD", "OTHER", reasons)


def _urns(urns: np.ndarray, kinds: np.ndarray, year: ReturnYear) -> np.ndarray:
    """Ofsted's numbers where the return asks for them: of supported accommodation since it is registered."""
    kinds = kinds.astype(str)
    never = np.isin(kinds, _WITHOUT_URN)
    if year.ends < _SUPPORTED_HAS_URN:
        never |= kinds == "H5"
    return np.where(never, "", np.where(urns == "", _URN_NOT_KNOWN, urns))


def _sex(sex: np.ndarray, year: ReturnYear) -> np.ndarray:
    if year.ends >= _SEX_IN_LETTERS:
        return sex
    return pd.Series(sex).map(_SEX_IN_NUMBERS).fillna("").to_numpy(dtype=object)


def _header(children: pd.DataFrame, year: ReturnYear, fully: pd.Index) -> pd.DataFrame:
    """One row a child. No child in care is a mother: the sample's mothers are adults (rules 165, 393 and 399)."""
    # rule 209: of school age
    at_school = birthday(children["dob"].to_numpy(), 5) <= year.last
    given = children["upn_unknown"].to_numpy(dtype=object)
    unknown = np.where(at_school, np.where(np.isin(given.astype(str), ("", "UN1")), "UN5", given), "UN1")
    upn = children["upn"].to_numpy(dtype=object)
    asked = (children["sex"] == "F").to_numpy() & children.index.isin(fully)
    return pd.DataFrame(
        {
            "CHILD": children.index,
            "SEX": _sex(children["sex"].to_numpy(), year),
            "DOB": children["dob"].to_numpy(),
            "ETHNIC": children["ethnicity"].to_numpy(),
            "UPN": np.where(upn == "", unknown, upn),
            "MOTHER": np.where(asked, "0", ""),
        }
    )


def _reviews(export: Export, year: ReturnYear, fully: pd.Index) -> pd.DataFrame:
    """The reviews held in the year, but of children who had short breaks only (rule 399)."""
    rows = export.table("cla_reviews")
    periods = export.table("cla_episodes").drop_duplicates("clae_cla_id").set_index("clae_cla_id")["clae_person_id"]
    frame = pd.DataFrame(
        {
            "CHILD": periods.reindex(rows["clar_cla_id"]).fillna(-1).to_numpy(dtype=np.int64),
            "REVIEW": rows["clar_cla_review_date"].to_numpy(),
            "REVIEW_CODE": codes(rows["clar_cla_review_participation"]),
        }
    )
    held = year.has(frame["REVIEW"]) & (codes(rows["clar_cla_review_cancelled"]) != "Y")
    return frame[held & frame["CHILD"].isin(fully)].drop_duplicates()


def _unaccompanied(export: Export, year: ReturnYear, children: pd.DataFrame) -> pd.DataFrame:
    """Who sought asylum alone on a day of the year; an adult does no longer (rule 304).

    Where it goes on, the day of ceasing is the 18th birthday (rule 205B).
    """
    rows = export.table("immigration_status")
    rows = rows[(rows["immi_immigration_status"] == "UASC").to_numpy()].drop_duplicates("immi_person_id", keep="last")
    adult = birthday(children["dob"].reindex(rows["immi_person_id"]).to_numpy(), 18)
    starts = rows["immi_immigration_status_start_date"].to_numpy()
    ends = np.minimum(rows["immi_immigration_status_end_date"].to_numpy(), adult)
    ceased = np.where(ends <= year.last, ends, adult)
    frame = pd.DataFrame({"CHILD": rows["immi_person_id"].to_numpy(), "DUC": ceased})
    return frame[year.overlaps(starts, ends) & (ends > starts)]


def _care_leavers(export: Export, year: ReturnYear, children: pd.DataFrame) -> pd.DataFrame:
    """OC3: care leavers with a birthday from the 17th to the 21st in the year, not in care on it (rules 391, 1007)."""
    rows = export.table("care_leavers").drop_duplicates("clea_person_id", keep="last").reset_index(drop=True)
    person = rows["clea_person_id"].to_numpy()
    dob = children["dob"].reindex(person).to_numpy()
    age = age_on(dob, year.last)
    turned = birthday(dob, age)
    cared = export.table("cla_episodes").sort_values(["clae_person_id", "clae_cla_episode_start_date"])
    at = spell_on(cared, "clae_person_id", "clae_cla_episode_start_date", person, turned)
    in_care = (at >= 0) & (cared["clae_cla_episode_ceased_date"].to_numpy()[at] >= turned)
    ended = pd.Series(cared["clae_cla_episode_ceased_date"].to_numpy()).groupby(cared["clae_person_id"].to_numpy())
    left = ended.max().reindex(person).fillna(int(NEVER)).to_numpy() < turned
    told = codes(rows["clea_care_leaver_in_touch"])
    in_touch = told == "YES"
    activity = codes(rows["clea_care_leaver_activity"])
    if year.ends < 2022:
        # apprenticeships and work were one
        activity = pd.Series(activity).replace({"F4": "F3", "F5": "F3", "P4": "P3", "P5": "P3"}).to_numpy(dtype=object)
    room = codes(rows["clea_care_leaver_accommodation"])
    room = np.where((age < 18) & np.isin(room.astype(str), _UNDER_18_NOT), "Y", room)
    frame = pd.DataFrame(
        {
            "CHILD": person,
            "IN_TOUCH": told,
            # rules 344 and 345
            "ACTIV": np.where(in_touch, activity, "0"),
            "ACCOM": np.where(in_touch, room + codes(rows["clea_care_leaver_accom_suitable"]), "0"),
        }
    )
    return frame[year.has(turned) & (age >= 17) & (age <= 21) & ~in_care & left]


def _adoptions(export: Export, episodes: pd.DataFrame) -> pd.DataFrame:
    """AD1: of each child adopted in the year, how it came about."""
    adopted = episodes.loc[episodes["REC"].isin(_ADOPTED), "CHILD"]
    rows = export.table("permanence")
    rows = rows[(rows["perm_permanence_order_type"] == "ADOPTION").to_numpy() & rows["perm_person_id"].isin(adopted)]
    by_carer = pd.Series(codes(rows["perm_adopted_by_carer_flag"])).map({"Y": "1", "N": "0"}).fillna("")
    adopters = rows["perm_number_of_adopters"].to_numpy()
    return pd.DataFrame(
        {
            "CHILD": rows["perm_person_id"].to_numpy(),
            "DATE_INT": rows["perm_adm_decision_date"].to_numpy(),
            "DATE_MATCH": rows["perm_matched_date"].to_numpy(),
            "FOSTER_CARE": by_carer.to_numpy(),
            "NB_ADOPTR": np.where(adopters < 0, "", adopters.astype(str)),
            "SEX_ADOPTR": codes(rows["perm_adopter_sex"]),
            "LS_ADOPTR": codes(rows["perm_adopter_legal_status"]),
        }
    )


def _decisions(export: Export, year: ReturnYear, episodes: pd.DataFrame) -> pd.DataFrame:
    """Decisions that a child in care in the year should be placed for adoption, in force on a day of it."""
    rows = export.table("permanence")
    decided, reversed_on = (rows[f"perm_{name}_date"].to_numpy() for name in ("adm_decision", "decision_reversed"))
    of_period = export.table("cla_episodes").groupby("clae_cla_id")
    left = of_period["clae_cla_episode_ceased_date"].max().reindex(rows["perm_cla_id"]).fillna(-1).to_numpy()
    mine = year.overlaps(decided, np.minimum(left, reversed_on)) & (decided < NEVER)
    ceased = year.until(reversed_on)
    frame = pd.DataFrame(
        {
            "CHILD": rows["perm_person_id"].to_numpy(),
            "DATE_PLACED": decided,
            "DATE_PLACED_CEASED": ceased,
            "REASON_PLACED_CEASED": np.where(ceased < NEVER, codes(rows["perm_decision_reversed_reason"]), ""),
        }
    )
    return frame[mine & frame["CHILD"].isin(episodes["CHILD"])]


def _previous_permanence(export: Export, episodes: pd.DataFrame, fully: pd.Index) -> pd.DataFrame:
    """What permanence those had before whose coming into care is told (rules 630 to 635); Z1 where it had none."""
    asked = (episodes["RNE"] == "S") & (episodes["DECOM"] >= _ASKED_SINCE)
    started = episodes.loc[asked & episodes["CHILD"].isin(fully), "CHILD"].unique()
    rows = export.table("cla_previous_permanence").drop_duplicates("lapp_person_id", keep="last")
    rows = rows.set_index("lapp_person_id").reindex(started)
    option = codes(rows["lapp_previous_permanence_option"])
    return pd.DataFrame(
        {
            "CHILD": started,
            "PREV_PERM": np.where(option == "", "Z1", option),
            "LA_PERM": pd.Series(codes(rows["lapp_previous_permanence_la"])).map(_COUNCILS).fillna("").to_numpy(),
            "DATE_PERM": codes(rows["lapp_previous_permanence_order_date"]),
        }
    )


def _missing(export: Export, year: ReturnYear, in_care: pd.Index) -> pd.DataFrame:
    """Times missing, or away without authorisation, on a day of the year; those that overlap are one (rule 574)."""
    rows = export.table("missing")
    rows = rows[rows["miss_person_id"].isin(in_care)]
    rows = rows.sort_values(["miss_person_id", "miss_missing_episode_start_date"], kind="stable", ignore_index=True)
    person, starts, ends = (
        rows[name].to_numpy(dtype=np.int64)
        for name in ("miss_person_id", "miss_missing_episode_start_date", "miss_missing_episode_end_date")
    )
    step = np.int64(1 << 32)
    latest = np.maximum.accumulate(person * step + ends)
    apart = np.append(True, person[1:] * step + starts[1:] > latest[:-1])
    first = np.flatnonzero(apart)
    frame = pd.DataFrame(
        {
            "CHILD": person[first],
            "MISSING": codes(rows["miss_missing_episode_type"])[first],
            "MIS_START": starts[first],
            "MIS_END": np.maximum.reduceat(ends, first) if len(first) else ends,
        }
    )
    mine = year.overlaps(frame["MIS_START"], frame["MIS_END"])
    return frame.assign(MIS_END=year.until(frame["MIS_END"]).astype(np.int64))[mine]


def _social_workers(export: Export, year: ReturnYear, in_care: pd.Index) -> pd.DataFrame:
    """Who was the social worker of a child in care, on a day of the year; why there was a new one."""
    rows = export.table("involvements")
    mine = (rows["invo_professional_role_id"] == "Social Worker").to_numpy() & rows["invo_person_id"].isin(in_care)
    rows = rows[mine]
    staff = export.table("professionals").drop_duplicates("prof_professional_id").set_index("prof_professional_id")
    starts, ends = (rows[f"invo_involvement_{name}_date"].to_numpy() for name in ("start", "end"))
    frame = pd.DataFrame(
        {
            "CHILD": rows["invo_person_id"].to_numpy(),
            "SW_ID": codes(staff["prof_social_worker_registration_no"].reindex(rows["invo_professional_id"])),
            "SW_DECOM": starts,
            "SW_DEC": year.until(ends),
            "SW_REASON": codes(rows["invo_worker_change_reason"]),
        }
    )
    return frame[year.overlaps(starts, ends) & (ends > starts)]


def _csv_files(modules: Modules, year: ReturnYear) -> dict[str, tuple[int, bytes]]:
    """The modules as CSV files: records and contents by name."""
    return {
        f"{year.begins}-{name}.csv": (len(rows), rows.to_csv(index=False, lineterminator="\r\n").encode())
        for name, rows in modules.items()
    }


def _xml_file(modules: Modules, year: ReturnYear) -> dict[str, tuple[None, bytes]]:
    """The same as one document, as the schema of 2021 has it (CLA.xsd of data-to-insight's csc-data-synthesizer).

    That schema is older than social workers and deprivations of liberty: theirs are elements by analogy.
    """
    of_child = {name: by_key(rows, ["CHILD"]) for name, rows in modules.items()}
    root = Element("EXPSSDA903")
    for child in modules["header"]["CHILD"]:
        element = add(root, "CHILD")
        _add_header(add(element, "HEADER"), child, of_child)
        for episode in of_child["episodes"][child,]:
            add_known(add(element, "EPISODE"), episode | {"PL": episode["PLACE"]}, _OF_EPISODE, _OF_EPISODE[:5])
    return {f"{year.begins}-ssda903.xml": (None, document(root))}


def _add_header(header: Element, child: str, of_child: Mapping[str, Mapping[tuple, Records]]) -> None:
    (said,) = of_child["header"][child,]
    unaccompanied = "1" if of_child["uasc"][child,] else "0"
    add_known(header, {**said, "CHILDID": child, "UASC": unaccompanied}, _FIRST, _FIRST)
    for module, names in _OF_HEADER.items():
        for record in of_child[module][child,]:
            add_known(header, record, names)
    for module, name in _WITHIN_HEADER.items():
        if module == "previous_permanence":
            add_known(header, said, ("MOTHER", "MC_DOB"))
        for record in of_child.get(module, {}).get((child,), ()):
            own = [column for column in record if column not in ("CHILD", "DOB")]
            add_known(add(header, name), record, own)
