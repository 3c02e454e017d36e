"""The sample's returns say what its ssd export of the same day says: both are read from their files, each by itself."""

import csv
import re
from datetime import date, datetime
from functools import cache
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

from include.commands.sample import arguments
from include.contract.codes import code_lists, codes_not_of_year
from include.contract.model import header_name, source
from include.feeds.batches import find_batches
from include.sample.exports import write_exports
from include.sample.returns.annex_a import write_annex_a
from include.sample.returns.cin_census import write_cin_census
from include.sample.returns.of_years import write_returns
from include.sample.returns.ssda903 import write_ssda903
from tests.oracle.figures import Tables, months_on, read_tables

SIZE = 0.4
YEARS = (2017, 2021, 2024, 2026)
CENSUSES = (2021, 2024, 2026)
SHORT_BREAKS = {"V3", "V4"}
AWAY = {"T0", "T1", "T2", "T3", "T4"}
# csc-validator-be-903, lac_validator/config.py
COLUMNS = {
    "header": "CHILD SEX DOB ETHNIC UPN MOTHER MC_DOB",
    "episodes": "CHILD DECOM RNE LS CIN PLACE PLACE_PROVIDER DEC REC REASON_PLACE_CHANGE HOME_POST PL_POST URN",
    "reviews": "CHILD DOB REVIEW REVIEW_CODE",
    "uasc": "CHILD SEX DOB DUC",
    "oc2": "CHILD DOB SDQ_SCORE SDQ_REASON CONVICTED HEALTH_CHECK IMMUNISATIONS TEETH_CHECK HEALTH_ASSESSMENT "
    "SUBSTANCE_MISUSE INTERVENTION_RECEIVED INTERVENTION_OFFERED",
    "oc3": "CHILD DOB IN_TOUCH ACTIV ACCOM",
    "ad1": "CHILD DOB DATE_INT DATE_MATCH FOSTER_CARE NB_ADOPTR SEX_ADOPTR LS_ADOPTR",
    "placed_for_adoption": "CHILD DOB DATE_PLACED DATE_PLACED_CEASED REASON_PLACED_CEASED",
    "previous_permanence": "CHILD DOB PREV_PERM LA_PERM DATE_PERM",
    "missing": "CHILD DOB MISSING MIS_START MIS_END",
    "sw_episodes": "CHILD DOB SW_ID SW_DECOM SW_DEC SW_REASON",
    "dolo": "CHILD DOB DOLO_START DOLO_END",
}
FIRST_YEAR_ENDS = {"sw_episodes": 2024, "dolo": 2027}


def _delivered(year: int) -> date:
    return date(year + 1, 7, 31)


def _first(year: int) -> str:
    return f"{year}-04-01"


def _last(year: int) -> str:
    return f"{year + 1}-03-31"


@pytest.fixture(scope="module")
def drop(tmp_path_factory):
    """Returns of four years, and the exports of the days on which they are delivered."""
    folder = tmp_path_factory.mktemp("returns")
    write_exports(folder, [_delivered(year) for year in YEARS], size=SIZE)
    for year in YEARS:
        write_ssda903(folder, year, _delivered(year), size=SIZE)
        write_ssda903(folder / "xml", year, _delivered(year), size=SIZE, xml=True)
        write_annex_a(folder, _delivered(year), size=SIZE)
    for year in CENSUSES:
        write_cin_census(folder, year, _delivered(year), size=SIZE)
    return folder


@pytest.fixture(scope="module")
def exports(drop):
    """The tables of the export of the day on which a year's returns are delivered."""
    return cache(lambda year: read_tables(drop, _delivered(year)))


@pytest.fixture(scope="module")
def returns(drop):
    """The modules of a year's return, days as ISO texts."""

    @cache
    def read(year: int) -> Tables:
        folder = drop / "ssda903" / _delivered(year).isoformat()
        modules = {}
        for path in folder.glob("*.csv"):
            rows = pd.read_csv(path, dtype=str, keep_default_na=False)
            for name in rows:
                rows[name] = [_iso(text) for text in rows[name]]
            modules[path.stem.removeprefix(f"{year}-")] = rows
        return modules

    return read


def _iso(text: str) -> str:
    """A day of a return as an ISO text; other texts as they are."""
    return f"{text[6:]}-{text[3:5]}-{text[:2]}" if re.fullmatch(r"\d\d/\d\d/\d{4}", text) else text


def _fully_looked_after(episodes: pd.DataFrame) -> set[str]:
    return set(episodes.loc[~episodes["LS"].isin(SHORT_BREAKS), "CHILD"])


@pytest.mark.parametrize("year", YEARS)
def test_the_files_are_those_of_the_year_with_the_columns_of_the_standard(drop, year):
    folder = drop / "ssda903" / _delivered(year).isoformat()
    expected = {name for name in COLUMNS if FIRST_YEAR_ENDS.get(name, 0) <= year + 1}
    assert {path.name for path in folder.glob("*.csv")} == {f"{year}-{name}.csv" for name in expected}
    for name in expected:
        with (folder / f"{year}-{name}.csv").open(encoding="utf-8", newline="") as handle:
            assert next(csv.reader(handle)) == COLUMNS[name].split()


@pytest.mark.parametrize("year", YEARS)
def test_the_children_in_care_on_31_march_are_those_of_the_export(exports, returns, year):
    rows = exports(year)["cla_episodes"]
    starts, ends = rows["clae_cla_episode_start_date"], rows["clae_cla_episode_ceased_date"]
    still = rows[(starts <= _last(year)) & ((ends == "") | (ends > _last(year)))]
    told = returns(year)["episodes"]
    told = told[told["DEC"] == ""]
    assert len(told) > 150
    assert set(zip(told["CHILD"], told["DECOM"], strict=True)) == set(
        zip(still["clae_person_id"], still["clae_cla_episode_start_date"], strict=True)
    )


@pytest.mark.parametrize("year", YEARS)
def test_each_episode_is_one_of_the_export_with_its_status_and_placement(exports, returns, year):
    tables, told = exports(year), returns(year)["episodes"].set_index(["CHILD", "DECOM"])
    rows = tables["cla_episodes"].set_index(["clae_person_id", "clae_cla_episode_start_date"])
    ends = rows["clae_cla_episode_ceased_date"]
    mine = (rows.index.get_level_values(1) <= _last(year)) & ((ends == "") | (ends >= _first(year)))
    assert set(told.index) == set(rows[mine].index)
    rows = rows.loc[told.index]
    assert (told["RNE"] == rows["clae_cla_episode_start_reason"]).all()
    assert (told["CIN"] == rows["clae_cla_primary_need_code"]).all()
    ended = (rows["clae_cla_episode_ceased_date"] != "") & (rows["clae_cla_episode_ceased_date"] <= _last(year))
    assert (told["DEC"] == rows["clae_cla_episode_ceased_date"].where(ended, "")).all()
    guardianship = {"E43": {"E45", "E46"}, "E44": {"E47", "E48"}}
    for reason, of_export in zip(told["REC"], rows["clae_cla_episode_ceased_reason"].where(ended, ""), strict=True):
        assert reason == of_export or of_export in guardianship[reason]
    homes = tables["cla_placement"].set_index("clap_cla_placement_id").loc[rows["clae_cla_placement_id"]]
    renamed = {("H5", "K3"), ("K3", "H5"), ("Z1", "Z11")}
    for kind, of_export in zip(told["PLACE"], homes["clap_cla_placement_type"], strict=True):
        assert kind == of_export or (of_export, kind) in renamed
    statuses = tables["legal_status"].groupby("lega_person_id")
    for (child, decom), status in told["LS"].items():
        spells = statuses.get_group(child)
        begun, over = spells["lega_legal_status_start_date"], spells["lega_legal_status_end_date"]
        assert spells.loc[(begun <= decom) & ((over == "") | (over > decom)), "lega_legal_status"].tolist() == [status]


@pytest.mark.parametrize("year", YEARS)
def test_episodes_chain(returns, year):
    """Rules 142, 148, 355, 388, 431, 432, 501; 225 and 226."""
    rows = returns(year)["episodes"].sort_values(["CHILD", "DECOM"], ignore_index=True)
    after = rows.shift(-1).fillna("")
    same = after["CHILD"] == rows["CHILD"]
    assert ((rows["DEC"] == "") == (rows["REC"] == "")).all()
    assert (rows["DEC"] == "").sum() > 0
    assert ((rows["DEC"] == "") | (rows["DEC"] > rows["DECOM"])).all()
    assert ((rows["DEC"] != "") | ~same).all()
    goes_on = rows["REC"] == "X1"
    assert goes_on.sum() > 40
    assert (same & (after["DECOM"] == rows["DEC"]))[goes_on].all()
    assert (after["RNE"] == "S")[same & ~goes_on].all()
    assert ((after["DECOM"] > rows["DEC"]) | goes_on)[same].all()
    moves = goes_on & after["RNE"].isin(set("PTBU"))
    away = rows["PLACE"].isin(AWAY) | after["PLACE"].isin(AWAY)
    assert ((rows["REASON_PLACE_CHANGE"] != "") == (moves & ~away)).all()


@pytest.mark.parametrize("year", YEARS)
def test_codes_are_valid_in_their_year(returns, year):
    for table in source("ssda903").tables:
        rows = returns(year).get(table.name)
        if rows is None:
            continue
        for column in table.columns:
            if not column.codes or column.name.upper() not in rows:
                continue
            found = set(rows[column.name.upper()]) - {""}
            known = code_lists()[column.codes]
            assert all(header_name(code) in known for code in found), (table.name, column.name, found)
            assert not found & set(codes_not_of_year(column.codes, year + 1)), (table.name, column.name)
    assert set(returns(year)["header"]["SEX"]) == ({"1", "2"} if year + 1 < 2025 else {"M", "F"})


@pytest.mark.parametrize("year", YEARS)
def test_every_child_of_a_module_is_in_the_header_once(exports, returns, year):
    """Rules INT01 to INT36."""
    modules = returns(year)
    header = modules["header"].set_index("CHILD")
    assert header.index.is_unique
    persons = exports(year)["person"].set_index("pers_person_id")
    assert (header["DOB"] == persons["pers_dob"].loc[header.index]).all()
    assert set(modules["episodes"]["CHILD"]) | set(modules["oc3"]["CHILD"]) == set(header.index)
    assert header["UPN"].str.fullmatch(r"[A-HJ-NP-RT-Z]\d{11}[\dA-Z]|UN[1-5]").all()  # rule 168
    for name, rows in modules.items():
        assert set(rows["CHILD"]) <= set(header.index), name
        if "DOB" in rows:
            assert (rows["DOB"] == header["DOB"].loc[rows["CHILD"]].to_numpy()).all(), name
        if name in ("uasc", "oc2", "oc3", "ad1", "previous_permanence"):
            assert rows["CHILD"].is_unique, name


@pytest.mark.parametrize("year", YEARS)
def test_reviews_are_those_held_in_the_year(exports, returns, year):
    tables = exports(year)
    person = tables["cla_episodes"].drop_duplicates("clae_cla_id").set_index("clae_cla_id")["clae_person_id"]
    rows = tables["cla_reviews"]
    rows = rows.assign(child=person.loc[rows["clar_cla_id"]].to_numpy())
    rows = rows[rows["clar_cla_review_date"].between(_first(year), _last(year))]
    rows = rows[rows["child"].isin(_fully_looked_after(returns(year)["episodes"]))]  # rule 399
    told = returns(year)["reviews"]
    assert len(told) > 300
    assert set(told[["CHILD", "REVIEW", "REVIEW_CODE"]].itertuples(index=False, name=None)) == set(
        rows[["child", "clar_cla_review_date", "clar_cla_review_participation"]].itertuples(index=False, name=None)
    )
    under_four = told["REVIEW"] < months_on(told["DOB"], 48)
    assert ((told["REVIEW_CODE"] == "PN0") == under_four).mean() == 1  # rules 440 and 441


@pytest.mark.parametrize("year", YEARS)
def test_times_missing_are_those_of_the_export_and_never_overlap(exports, returns, year):
    told = returns(year)["missing"].sort_values(["CHILD", "MIS_START"])
    after = told.shift(-1).fillna("")
    assert ((after["CHILD"] != told["CHILD"]) | (after["MIS_START"] > told["MIS_END"])).all()  # rule 574
    rows = exports(year)["missing"]
    rows = rows[rows["miss_person_id"].isin(returns(year)["episodes"]["CHILD"])]
    starts, ends = rows["miss_missing_episode_start_date"], rows["miss_missing_episode_end_date"]
    rows = rows[(starts <= _last(year)) & ((ends == "") | (ends >= _first(year)))]
    of_export = set(zip(rows["miss_person_id"], rows["miss_missing_episode_start_date"], strict=True))
    assert set(zip(told["CHILD"], told["MIS_START"], strict=True)) <= of_export
    for child, start in of_export:
        mine = told[told["CHILD"] == child]
        assert ((mine["MIS_START"] <= start) & ((mine["MIS_END"] >= start) | (mine["MIS_END"] == ""))).any()


@pytest.mark.parametrize("year", YEARS)
def test_adoptions_and_who_went_before_are_told(exports, returns, year):
    """Rules 333, 511 to 524, 601, 602, 630, 634, 635."""
    modules = returns(year)
    adopted = modules["episodes"].loc[modules["episodes"]["REC"].isin(["E11", "E12"]), "CHILD"]
    told = modules["ad1"].set_index("CHILD")
    assert set(adopted) == set(told.index)
    told = told[told["DATE_MATCH"] != ""]
    assert (told["DATE_INT"] <= told["DATE_MATCH"]).all()
    assert ((told["SEX_ADOPTR"].isin(["M1", "F1"])) == (told["LS_ADOPTR"] == "L0")).all()
    assert ((told["NB_ADOPTR"] == "1") == (told["LS_ADOPTR"] == "L0")).all()
    rows = exports(year)["permanence"].drop_duplicates("perm_person_id", keep="last").set_index("perm_person_id")
    assert (told["DATE_INT"] == rows["perm_adm_decision_date"].loc[told.index]).all()
    started = modules["episodes"][modules["episodes"]["RNE"] == "S"]
    started = started[started["DECOM"] >= "2016-04-01"]
    previous = modules["previous_permanence"]
    assert set(started.loc[~started["LS"].isin(SHORT_BREAKS), "CHILD"]) == set(previous["CHILD"])
    none = previous["PREV_PERM"] == "Z1"
    assert (previous.loc[none, ["LA_PERM", "DATE_PERM"]] == "").all(axis=None)
    assert previous.loc[~none, "DATE_PERM"].str.fullmatch(r"zz/\d\d/\d{4}").all()


def test_who_is_looked_after_on_31_march_has_a_social_worker(exports, returns):
    """Rules SW01STG1, SW02STG1, SW10STG2, SW15STG2."""
    modules = returns(2024)
    told = modules["sw_episodes"].sort_values(["CHILD", "SW_DECOM"])
    still = modules["episodes"].loc[modules["episodes"]["DEC"] == "", "CHILD"]
    assert set(still) <= set(told["CHILD"])
    assert told["SW_ID"].str.startswith("SW").all()
    assert (told["SW_REASON"] != "").all()
    after = told.shift(-1).fillna("")
    assert ((after["CHILD"] != told["CHILD"]) | (after["SW_DECOM"] >= told["SW_DEC"])).all()
    rows = exports(2024)["involvements"]
    rows = rows[rows["invo_professional_role_id"] == "Social Worker"]
    begun = set(zip(rows["invo_person_id"], rows["invo_involvement_start_date"], strict=True))
    assert set(zip(told["CHILD"], told["SW_DECOM"], strict=True)) <= begun


@pytest.mark.parametrize("year", YEARS)
def test_xml_and_csv_hold_the_same_records(drop, returns, year):
    """Also of what is younger than the public schema: social workers and deprivations of liberty."""
    folder = drop / "xml" / "ssda903" / _delivered(year).isoformat()
    root = ElementTree.parse(folder / f"{year}-ssda903.xml").getroot()
    assert root.tag == "EXPSSDA903"
    within = {
        "reviews": "AREVIEW",
        "missing": "AMISSING",
        "previous_permanence": "PERMANENCE",
        "placed_for_adoption": "AD_PLACED",
        "oc2": "OC2",
        "sw_episodes": "SW_EPISODE",
        "dolo": "DOLO",
    }
    found: dict[str, list[dict[str, str]]] = {name: [] for name in COLUMNS}
    for child in root:
        header = child.find("HEADER")
        said = {element.tag: element.text for element in header if len(element) == 0}
        said["CHILD"] = said.pop("CHILDID")
        found["header"].append(said)
        for name, sign in (("uasc", "UASC"), ("oc3", "IN_TOUCH"), ("ad1", "DATE_INT")):
            if said.get(sign, "0") != "0":
                found[name].append(said)
        for name, tag in within.items():
            for element in header.findall(tag):
                found[name].append(said | {inner.tag: inner.text for inner in element})
        for element in child.findall("EPISODE"):
            episode = {inner.tag: inner.text for inner in element}
            found["episodes"].append({"CHILD": said["CHILD"], **episode, "PLACE": episode["PL"]})
    for name, rows in returns(year).items():
        columns = COLUMNS[name].split()
        told = sorted(tuple(_iso(record.get(column) or "") for column in columns) for record in found[name])
        assert told == sorted(rows[columns].itertuples(index=False, name=None)), name


def test_the_feed_takes_every_return_apart(drop, tmp_path):
    for folder, name, slices in (
        (drop, "ssda903", {"2024/25"}),
        (drop / "xml", "ssda903", {"2024/25"}),
        (drop, "cin_census", {"2024/25"}),
        (drop, "annex_a", {"all"}),
    ):
        workspace = tmp_path / f"{folder.name}-{name}"
        workspace.mkdir()
        assert {batch.slice for batch in find_batches(folder, name, _delivered(2024), workspace)} == slices


@pytest.mark.parametrize("year", YEARS)
def test_the_feed_reads_the_same_records_of_each_module_from_xml_and_csv(drop, tmp_path, year):
    read = []
    for folder in (drop, drop / "xml"):
        (tmp_path / folder.name).mkdir()
        (batch,) = find_batches(folder, "ssda903", _delivered(year), tmp_path / folder.name)
        assert batch.missing == ()
        read.append({})
        for file in batch.files:
            rows = pd.read_csv(file.path, dtype=str, keep_default_na=False, encoding="utf-8-sig").map(_iso)
            rows = rows.rename(columns=str.lower).sort_index(axis="columns")
            read[-1][file.table.name] = list(rows), sorted(rows.itertuples(index=False, name=None))
    assert read[0] == read[1]
    assert ("sw_episodes" in read[0]) is (year >= 2023)


@pytest.fixture(scope="module")
def censuses(drop):
    """The records of a census, as (child, referral, element) and its texts."""

    @cache
    def read(year: int) -> tuple[dict[str, ElementTree.Element], list[tuple[str, str, ElementTree.Element]]]:
        path = drop / "cin_census" / _delivered(year).isoformat() / f"CIN_Census_{year + 1}.xml"
        root = ElementTree.parse(path).getroot()
        assert root.findtext("Header/CollectionDetails/ReferenceDate") == _last(year)
        children = {child.findtext("ChildIdentifiers/LAchildID"): child for child in root.iter("Child")}
        told = [
            (name, details.findtext("CINreferralDate"), element)
            for name, child in children.items()
            for details in child.findall("CINdetails")
            for element in details
            if len(element)
        ]
        return children, told

    return read


def _texts(element: ElementTree.Element, *names: str) -> tuple[str, ...]:
    return tuple(element.findtext(name) or "" for name in names)


@pytest.mark.parametrize("year", CENSUSES)
def test_plans_and_their_reviews_are_those_of_the_export(exports, censuses, year):
    tables, (_, told) = exports(year), censuses(year)
    plans = tables["cp_plans"]
    starts, ends = plans["cppl_cp_plan_start_date"], plans["cppl_cp_plan_end_date"]
    before = plans.sort_values("cppl_cp_plan_start_date").groupby("cppl_person_id").cumcount().loc[plans.index]
    plans = plans.assign(
        before=before.astype(str),
        ended=ends.where((ends != "") & (ends <= _last(year)), ""),
    )[(starts <= _last(year)) & ((ends == "") | (ends >= _first(year)))]
    referred = tables["cin_episodes"].set_index("cine_referral_id")["cine_referral_date"]
    expected = set(
        zip(
            plans["cppl_person_id"],
            referred.loc[plans["cppl_referral_id"]],
            plans["cppl_cp_plan_start_date"],
            plans["ended"],
            plans["cppl_cp_plan_initial_category"],
            plans["cppl_cp_plan_latest_category"],
            plans["before"],
            strict=True,
        )
    )
    names = ("CPPstartDate", "CPPendDate", "InitialCategoryOfAbuse", "LatestCategoryOfAbuse", "NumberOfPreviousCPP")
    found = [(child, on, element) for child, on, element in told if element.tag == "ChildProtectionPlans"]
    assert len(found) == len(expected) > 200
    assert {(child, on, *_texts(element, *names)) for child, on, element in found} == expected
    rows = tables["cp_reviews"]
    rows = rows[rows["cppr_cp_review_date"].between(_first(year), _last(year))]
    of_plan = tables["cp_plans"].set_index("cppl_cp_plan_id")["cppl_cp_plan_start_date"]
    expected = set(
        zip(rows["cppr_person_id"], of_plan.loc[rows["cppr_cp_plan_id"]], rows["cppr_cp_review_date"], strict=True)
    )
    assert len(expected) > 250
    assert {
        (child, element.findtext("CPPstartDate"), review.text)
        for child, _, element in found
        for review in element.findall("Reviews/CPPreviewDate")
    } == expected


@pytest.mark.parametrize("year", CENSUSES)
def test_enquiries_and_their_conferences_are_those_of_the_export(exports, censuses, year):
    tables, (_, told) = exports(year), censuses(year)
    met = tables["initial_cp_conference"].set_index("icpc_s47_enquiry_id")
    rows = tables["s47_enquiry"]
    held = met["icpc_icpc_date"].reindex(rows["s47e_s47_enquiry_id"]).fillna("").to_numpy(dtype=object)
    target = met["icpc_icpc_target_date"].reindex(rows["s47e_s47_enquiry_id"]).fillna("").to_numpy(dtype=object)
    begun = rows["s47e_s47_start_date"].between(_first(year), _last(year))
    mine = begun.to_numpy() | pd.Series(held).between(_first(year), _last(year)).to_numpy()
    held = np.where(held <= _last(year), held, "")
    expected = {
        (child, starts, on, "1" if nfa == "Y" else "0")
        for child, starts, on, nfa in zip(
            rows["s47e_person_id"][mine],
            rows["s47e_s47_start_date"][mine],
            held[mine],
            rows["s47e_s47_nfa"][mine],
            strict=True,
        )
    }
    found = [(child, element) for child, _, element in told if element.tag == "Section47"]
    names = ("S47ActualStartDate", "DateOfInitialCPC", "ICPCnotRequired")
    assert len(found) == len(expected) > 200
    assert {(child, *_texts(element, *names)) for child, element in found} == expected
    targets = {(child, *_texts(element, "S47ActualStartDate", "InitialCPCtarget")) for child, element in found}
    of_export = set(zip(rows["s47e_person_id"][mine], rows["s47e_s47_start_date"][mine], target[mine], strict=True))
    assert {record for record in of_export if record[2]} <= targets


@pytest.mark.parametrize("year", CENSUSES)
def test_a_census_says_of_each_child_what_the_export_says(exports, censuses, year):
    tables, (children, _) = exports(year), censuses(year)
    cases = tables["cin_episodes"]
    closed = cases["cine_close_date"]
    mine = cases[(cases["cine_referral_date"] <= _last(year)) & ((closed == "") | (closed >= _first(year)))]
    assert set(mine["cine_person_id"]) <= set(children)
    persons = tables["person"].set_index("pers_person_id")
    for name, child in children.items():
        identifiers = child.find("ChildIdentifiers")
        born, expected = _texts(identifiers, "PersonBirthDate", "ExpectedPersonBirthDate")
        assert bool(born) != bool(expected), "rule 8525Q"
        assert born in ("", persons.at[name, "pers_dob"])
        assert (identifiers.find("Sex") is not None) == (year + 1 >= 2024)
        assert child.findtext("ChildCharacteristics/Ethnicity") == persons.at[name, "pers_ethnicity"]
        for details in child.findall("CINdetails"):
            over, why = _texts(details, "CINclosureDate", "ReasonForClosure")
            assert bool(over) == bool(why)
            assert over <= _last(year)


@pytest.fixture(scope="module")
def workbooks(drop):
    """A list of the workbook of a year's day of delivery, days as ISO texts."""

    @cache
    def read(year: int, number: int) -> pd.DataFrame:
        path = drop / "annex_a" / _delivered(year).isoformat() / "Annex_A.xlsx"
        header, *rows = load_workbook(path)[f"List {number}"].iter_rows(values_only=True)
        shown = [[cell.date().isoformat() if isinstance(cell, datetime) else cell for cell in row] for row in rows]
        return pd.DataFrame(shown, columns=list(header)).fillna("")

    return read


def _six_months_before(year: int) -> str:
    return months_on(_delivered(year).isoformat(), -6)


def _pairs(rows: pd.DataFrame, *names: str) -> list[tuple[str, ...]]:
    return sorted(rows[list(names)].itertuples(index=False, name=None))


@pytest.mark.parametrize("year", YEARS)
def test_list_8_has_those_in_care_in_the_last_six_months(exports, workbooks, year):
    tables, told = exports(year), workbooks(year, 8)
    rows = tables["cla_episodes"].sort_values("clae_cla_episode_start_date").drop_duplicates("clae_cla_id", keep="last")
    ends = rows["clae_cla_episode_ceased_date"]
    rows = rows[(ends == "") | (ends >= _six_months_before(year))]
    assert len(told) > 200
    columns = ("Child Unique ID", "Date Started to be Looked After", "Date Ceased to be Looked After")
    assert _pairs(told, *columns) == _pairs(
        rows, "clae_person_id", "clae_entered_care_date", "clae_cla_episode_ceased_date"
    )
    reasons = told["Reason Ceased to be Looked After"].str.partition(":")[0]
    assert sorted(reasons[reasons != ""]) == sorted(
        rows.loc[rows["clae_cla_episode_ceased_date"] != "", "clae_cla_episode_ceased_reason"]
    )
    reviews = tables["cla_reviews"].groupby("clar_cla_id")["clar_cla_review_date"].max()
    period = rows.set_index(["clae_person_id", "clae_entered_care_date"])["clae_cla_id"]
    of_told = period.loc[list(zip(told["Child Unique ID"], told["Date Started to be Looked After"], strict=True))]
    assert (told["Date of Latest Statutory Review"].to_numpy() == reviews.reindex(of_told).fillna("").to_numpy()).all()


@pytest.mark.parametrize("year", YEARS)
def test_list_7_has_those_on_plans_in_the_last_six_months(exports, workbooks, year):
    rows, told = exports(year)["cp_plans"], workbooks(year, 7)
    ends = rows["cppl_cp_plan_end_date"]
    rows = rows[(ends == "") | (ends >= _six_months_before(year))]
    assert len(told) > 100
    columns = ("Child Unique ID", "Child Protection Plan Start Date", "Child Protection Plan End Date")
    assert _pairs(told, *columns) == _pairs(rows, "cppl_person_id", "cppl_cp_plan_start_date", "cppl_cp_plan_end_date")


@pytest.mark.parametrize("year", YEARS)
def test_list_5_has_the_enquiries_of_the_last_six_months(exports, workbooks, year):
    tables, told = exports(year), workbooks(year, 5)
    rows = tables["s47_enquiry"]
    rows = rows[rows["s47e_s47_start_date"] > _six_months_before(year)]
    met = tables["initial_cp_conference"].set_index("icpc_s47_enquiry_id")["icpc_icpc_date"]
    rows = rows.assign(held=met.reindex(rows["s47e_s47_enquiry_id"]).fillna("").to_numpy())
    assert len(told) > 50
    columns = told.columns
    assert _pairs(told, columns[0], columns[6], columns[8]) == _pairs(
        rows, "s47e_person_id", "s47e_s47_start_date", "held"
    )


@pytest.mark.parametrize("year", YEARS)
def test_words_of_the_workbook_are_read(workbooks, year):
    """Without the letter that numbers them on the form, or by the code that they begin with."""
    sheets = {"section_47": 5, "children_in_need": 6, "child_protection_plans": 7, "children_in_care": 8,
              "care_leavers": 9, "adoption": 10}  # fmt: skip
    for table in source("annex_a").tables:
        rows = workbooks(year, sheets[table.name])
        assert list(rows) == [column.aliases[0] for column in table.columns]
        for column in table.columns:
            if column.codes:
                known = code_lists()[column.codes]
                for words in set(rows[column.aliases[0]]) - {""}:
                    plain = words[2:].strip() if words[1:2] == ")" else words
                    first = plain.replace(" - ", ": ").partition(": ")[0]
                    assert {header_name(plain), header_name(first)} & set(known), (table.name, column.name, words)


def test_the_same_arguments_give_the_same_bytes_whatever_other_returns_are_written(drop, tmp_path):
    write_returns(tmp_path, [2024], workbooks=[_delivered(2024)], size=SIZE)
    assert {path.name for path in (tmp_path / "ssda903").iterdir()} == {"2025-06-30"}
    for path in (tmp_path / "cin_census", tmp_path / "annex_a"):
        (folder,) = path.iterdir()
        for file in folder.iterdir():
            assert file.read_bytes() == (drop / path.name / folder.name / file.name).read_bytes(), file.name


def test_a_return_can_not_be_delivered_before_its_year_has_ended(tmp_path):
    with pytest.raises(ValueError, match="2024/25 can't be delivered on 2025-03-31: its year has not ended"):
        write_ssda903(tmp_path, 2024, date(2025, 3, 31))
    with pytest.raises(ValueError, match="has returns from 2017/18 on, not of 2016/17"):
        write_ssda903(tmp_path, 2016, date(2017, 6, 30))
    with pytest.raises(ValueError, match="has censuses from 2020/21 to 2026/27"):
        write_cin_census(tmp_path, 2019, date(2020, 7, 31))
    with pytest.raises(ValueError, match="exports nights from 2017-04-01 to 2031-12-31"):
        write_annex_a(tmp_path, date(2032, 1, 1))
    assert not list(tmp_path.iterdir())


def test_years_are_read_from_the_command_line(capsys):
    assert arguments(["--returns", "2019..2021"]).returns == [2019, 2020, 2021]
    assert arguments(["--returns", "2022", "--xml"]).returns == [2022]
    assert arguments([]).returns == []
    with pytest.raises(SystemExit):
        arguments(["--returns", "2023..2019"])
    assert "'2023..2019' is not a year, nor years; write them as 2022 or 2019..2023" in capsys.readouterr().err
