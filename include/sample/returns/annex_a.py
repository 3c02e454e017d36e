"""Ofsted's child-level data (Annex A) of a day, as a workbook: lists 1 to 10, each in a sheet of its own.

It says what the exports of that day say: the plan for permanence and the officer's contacts are of the unit's
registers, all else of ssd. Who is in a list: everybody with something to tell on a day of the last six months; of
adoption, twelve. Categories are written as councils send them, with their code where the form has one ("N1 - Abuse or
neglect"). What the sample has nothing of is empty: contacts, early help, assessments, health.
"""

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from include.contract.model import source
from include.feeds.batches import MANIFEST
from include.sample.authority import Authority
from include.sample.days import NEVER, add_months, as_dates, day
from include.sample.exports import DEFAULT_SEED, DEFAULT_SIZE
from include.sample.names import POSTCODES
from include.sample.returns.known import Export, age_on, codes, export_of, spell_on
from include.sample.writing.folders import deliver, manifest, sha256_of
from include.settings import PROJECT

SOURCE = "annex_a"
_SEEDS = PROJECT / "dbt_project" / "seeds"
_OF_CHILD = ("Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age of Child (Years)")
_WHO = ("Allocated Team", "Allocated Worker")
_DISABILITY = "Does the Child have a Disability"
# the lists that the warehouse has no use for; the others' columns are the contract's
_OTHER_LISTS = {
    1: (*_OF_CHILD, "Date of Contact", "Contact Source"),
    2: (*_OF_CHILD, "Assessment start date", "Assessment completion date", "Organisation completing assessment"),
    3: (*_OF_CHILD, "Date of referral", "Referral Source", "Referral NFA?", "Number of Referrals in Last 12 Months",
        *_WHO),
    4: (*_OF_CHILD, _DISABILITY, "Continuous Assessment Start Date", "Child Seen During Continuous Assessment",
        "Continuous Assessment Date of Authorisation",
        "Was the child assessed as requiring LA children's social care support?", *_WHO),
}  # fmt: skip
_GENDER = {"M": "a) Male", "F": "b) Female"}
_ETHNICITIES = ("WBRI", "WIRI", "WIRT", "WOTH", "WROM", "MWBC", "MWBA", "MWAS", "MOTH", "AIND", "APKN", "ABAN", "AOTH",
                "BCRB", "BAFR", "BOTH", "CHNE", "OOTH", "NOBT", "REFU")  # fmt: skip
_ABUSE = {"NEG": "a) Neglect", "PHY": "b) Physical Abuse", "SAB": "c) Sexual Abuse", "EMO": "d) Emotional Abuse",
          "MUL": "e) Multiple"}  # fmt: skip
_SOURCES = {"1": "a) Individual", "2A": "b) Schools", "2B": "c) Education Services", "3": "d) Health Services",
            "4": "e) Housing", "5": "f) LA Services", "6": "g) Police", "7": "h) Other legal agency", "8": "i) Other",
            "9": "j) Anonymous", "10": "k) Unknown"}  # fmt: skip
_CLOSED = {"RC1": "a) Adopted", "RC2": "b) Died", "RC3": "c) Residence Order", "RC4": "d) Special Guardianship Order",
           "RC5": "e) Transfer to another LA", "RC6": "f) Transfer to Adult Social Services",
           "RC7": "g) 'Other' incl. Child no longer in need",
           "RC8": "h) Child not in need after assessment"}  # fmt: skip
_REVERSED = {"RD1": "a) Child\u2019s needs changed", "RD2": "b) Court did not make a PO",
             "RD3": "c) Prospective adopters cannot be found", "RD4": "d) Any other reason"}  # fmt: skip
_ELIGIBILITY = {"RELEVANT": "a) Relevant", "FORMER_RELEVANT": "b) Former relevant", "QUALIFYING": "c) Qualifying",
                "ELIGIBLE": "d) Eligible", "NONE": "e) Other"}  # fmt: skip
_IN_TOUCH = {"YES": "a) In touch", "NO": "b) Not in touch", "REFU": "b) Not in touch", "NREQ": "b) Not in touch",
             "DIED": "d) Exclude", "RHOM": "d) Exclude"}  # fmt: skip
_EMERGENCY = ("L1", "L2")
_TEMPORARY = ("T0", "T1", "T2", "T3", "T4")
_OWN, _ELSEWHERE = "Newcastle upon Tyne", "Another council (invented)"


def write_annex_a(
    drop_folder: Path,
    on: date,
    *,
    size: float = DEFAULT_SIZE,
    seed: int = DEFAULT_SEED,
    authority: Authority | None = None,
) -> Path:
    """Write the workbook of a day into `<drop_folder>/annex_a/<day>/`, and its manifest; returns that folder.

    `authority`: the council itself, where it has been made already. Raises ValueError for a day without an export.
    """
    number = day(on.isoformat())
    contents = _workbook(annex_a(export_of(number, size, seed, authority)), on)

    def write(folder: Path) -> None:
        (folder / "Annex_A.xlsx").write_bytes(contents)
        promised = {"Annex_A.xlsx": (None, sha256_of(contents))}
        (folder / MANIFEST).write_bytes(manifest(SOURCE, on.isoformat(), {"kind": "all"}, promised))

    folder = drop_folder / SOURCE / on.isoformat()
    deliver(folder, write)
    return folder


def annex_a(export: Export) -> dict[int, pd.DataFrame]:
    """The lists by number, with Annex A's headers: days as dates, None where there is nothing to say."""
    known = _Known(export)
    made = {
        3: _referrals(known),
        5: _enquiries(known),
        6: _children_in_need(known),
        7: _plans(known),
        8: _children_in_care(known),
        9: _care_leavers(known),
        10: _adoptions(known),
    }
    lists = {}
    for number in range(1, 11):
        columns = _OTHER_LISTS.get(number) or _columns_of(number)
        lists[number] = made.get(number, pd.DataFrame()).reindex(columns=list(columns))
    return lists


def _columns_of(number: int) -> tuple[str, ...]:
    """The headers of one of the lists that the contract has."""
    (table,) = (table for table in source(SOURCE).tables if re.fullmatch(table.sheet or "", f"List {number}"))
    return tuple(column.aliases[0] for column in table.columns)


@dataclass(frozen=True)
class _Known:
    """An export, and what several lists tell of the same child."""

    export: Export

    @property
    def on(self) -> int:
        """The day the lists speak of."""
        return self.export.on

    @cached_property
    def half_year_ago(self) -> int:
        """The day from which six months are counted."""
        return int(add_months(self.on, -6))

    @cached_property
    def year_ago(self) -> int:
        """The day from which twelve months are counted."""
        return int(add_months(self.on, -12))

    @cached_property
    def children(self) -> pd.DataFrame:
        """Everybody, by id."""
        return self.export.children()

    @cached_property
    def statuses(self) -> pd.DataFrame:
        """Legal statuses by child and day."""
        rows = self.export.table("legal_status")
        return rows.sort_values(["lega_person_id", "lega_legal_status_start_date"], ignore_index=True)

    @cached_property
    def episodes(self) -> pd.DataFrame:
        """Episodes by period of care and day."""
        rows = self.export.table("cla_episodes")
        return rows.sort_values(["clae_cla_id", "clae_cla_episode_start_date"], ignore_index=True)

    @cached_property
    def periods(self) -> pd.DataFrame:
        """Periods of care: `period`, `person`, `starts`, `ends` (NEVER: still), and the row of the last episode."""
        rows = self.episodes
        last = ~rows["clae_cla_id"].duplicated(keep="last").to_numpy()
        frame = pd.DataFrame(
            {
                "period": rows["clae_cla_id"].to_numpy()[last],
                "person": rows["clae_person_id"].to_numpy()[last],
                "starts": rows["clae_entered_care_date"].to_numpy()[last],
                "ends": rows["clae_cla_episode_ceased_date"].to_numpy()[last],
                "episode": np.flatnonzero(last),
            }
        )
        return frame.sort_values(["person", "starts"], ignore_index=True)

    @cached_property
    def workers(self) -> pd.DataFrame:
        """The latest social worker of each child: name of the team and of the worker."""
        rows = self.export.table("involvements")
        rows = rows[(rows["invo_professional_role_id"] == "Social Worker").to_numpy()]
        rows = rows.sort_values(["invo_person_id", "invo_involvement_start_date"]).drop_duplicates(
            "invo_person_id", keep="last"
        )
        return pd.DataFrame(
            {
                "team": self.team_names(codes(rows["invo_professional_team"])),
                "worker": self.worker_names(rows["invo_professional_id"].to_numpy()),
            },
            index=rows["invo_person_id"],
        )

    def seen(self, table: str, prefix: str) -> pd.DataFrame:
        """The visits at which the child was seen: no other is a statutory one."""
        rows = self.export.table(table)
        return rows[codes(rows[f"{prefix}_visit_seen"]) == "Y"]

    def team_names(self, teams: np.ndarray) -> np.ndarray:
        """What teams are called."""
        rows = self.export.table("department").set_index("dept_team_id")["dept_team_name"]
        return _words(teams, rows.astype(object).to_dict())

    def worker_names(self, workers: np.ndarray) -> np.ndarray:
        """What professionals are called."""
        rows = self.export.table("professionals").drop_duplicates("prof_professional_id")
        names = rows.set_index("prof_professional_id")["prof_professional_name"].astype(object)
        return _filled(names.reindex(workers))

    def about(self, person: Sequence[int], *, disability: bool = True, worker: bool = True) -> dict[str, np.ndarray]:
        """The columns that the lists share, of each child."""
        rows = self.children.reindex(person)
        dob = rows["dob"].fillna(int(NEVER)).to_numpy(dtype=np.int64)
        shown = np.where(dob < NEVER, dob, rows["expected"].fillna(int(NEVER)).to_numpy(dtype=np.int64))
        letters = {code: f"{chr(ord('a') + place)}) {code}" for place, code in enumerate(_ETHNICITIES)}
        columns = {
            "Child Unique ID": np.asarray(person, dtype=np.int64).astype(str).astype(object),
            "Gender": _words(rows["sex"], _GENDER, "c) Not stated/recorded"),
            "Ethnicity": _words(rows["ethnicity"], letters, "s) NOBT"),
            "Date of Birth": _dates(shown),
            "Age of Child (Years)": np.maximum(age_on(dob, self.on), 0),
        }
        if disability:
            found = self.export.table("disability")
            real = found.loc[(found["disa_disability_code"] != "NONE").to_numpy(), "disa_person_id"]
            columns[_DISABILITY] = _yes_or_no(np.isin(person, real), lettered=True)
        if worker:
            theirs = self.workers.reindex(person)
            columns["Allocated Team"] = _filled(theirs["team"])
            columns["Allocated Worker"] = _filled(theirs["worker"])
        return columns

    def count(self, persons: np.ndarray, whose: Sequence[int]) -> np.ndarray:
        """How many of `persons` are each of `whose`."""
        return pd.Series(persons).value_counts().reindex(whose).fillna(0).to_numpy(dtype=np.int64)

    def latest(self, days: pd.Series | np.ndarray, of: pd.Series | np.ndarray, whose: Sequence[int]) -> np.ndarray:
        """The latest of the days up to the lists' day that belong to each of `whose`; NEVER where there is none."""
        days, of = np.asarray(days), np.asarray(of)
        past = days <= self.on
        return pd.Series(days[past]).groupby(of[past]).max().reindex(whose).fillna(int(NEVER)).to_numpy(dtype=np.int64)


def _referrals(known: _Known) -> pd.DataFrame:
    """List 3: referrals of the last six months."""
    rows = known.export.table("cin_episodes").sort_values("cine_referral_date", kind="stable")
    days = rows["cine_referral_date"].to_numpy()
    in_year = rows.loc[(days > known.year_ago) & (days <= known.on), "cine_person_id"].to_numpy()
    rows = rows[(days > known.half_year_ago) & (days <= known.on)]
    person = rows["cine_person_id"].to_numpy()
    group = pd.Series(codes(rows["cine_referral_source_code"]))
    group = group.where(group.isin(list(_SOURCES)), group.str[:1])
    frame = known.about(person, disability=False, worker=False) | {
        "Date of referral": _dates(rows["cine_referral_date"]),
        "Referral Source": _words(group, _SOURCES),
        "Referral NFA?": _yes_or_no(codes(rows["cine_referral_nfa"]) == "Y"),
        "Number of Referrals in Last 12 Months": known.count(in_year, person),
        "Allocated Team": known.team_names(codes(rows["cine_referral_team"])),
        "Allocated Worker": known.worker_names(rows["cine_referral_worker_id"].to_numpy()),
    }
    return pd.DataFrame(frame)


def _enquiries(known: _Known) -> pd.DataFrame:
    """List 5: section 47 enquiries of the last six months, and what came of them."""
    rows = known.export.table("s47_enquiry").sort_values("s47e_s47_start_date", kind="stable")
    met = known.export.table("initial_cp_conference")
    in_year = rows.loc[(rows["s47e_s47_start_date"] > known.year_ago).to_numpy(), "s47e_person_id"].to_numpy()
    met_in_year = met.loc[(met["icpc_icpc_date"] > known.year_ago).to_numpy(), "icpc_person_id"].to_numpy()
    rows = rows[(rows["s47e_s47_start_date"] > known.half_year_ago).to_numpy()]
    rows = rows.drop_duplicates(["s47e_person_id", "s47e_s47_start_date"])
    person = rows["s47e_person_id"].to_numpy()
    met = met.drop_duplicates("icpc_s47_enquiry_id").set_index("icpc_s47_enquiry_id")
    met = met.reindex(rows["s47e_s47_enquiry_id"])
    nfa = codes(rows["s47e_s47_nfa"])
    led = codes(met["icpc_icpc_outcome_cp_flag"])
    frame = known.about(person) | {
        "Strategy discussion initiating Section 47 Enquiry Start Date": _dates(rows["s47e_s47_start_date"]),
        "Was an Initial Child Protection Conference deemed unnecessary?": _answers(nfa),
        "Date of Initial Child Protection Conference": _dates(met["icpc_icpc_date"].fillna(int(NEVER))),
        "Did the Initial Child Protection Conference Result in a Child Protection Plan": _answers(led),
        "Number of Section 47 Enquiries in the last 12 months": known.count(in_year, person),
        "Number of ICPCs in the last 12 months": known.count(met_in_year, person),
    }
    return pd.DataFrame(frame)


def _children_in_need(known: _Known) -> pd.DataFrame:
    """List 6: children whose case was open on a day of the last six months, by their latest referral."""
    rows = known.export.table("cin_episodes").sort_values(["cine_referral_date", "cine_referral_id"], kind="stable")
    mine = (rows["cine_close_date"] >= known.half_year_ago).to_numpy() & (codes(rows["cine_referral_nfa"]) != "Y")
    rows = rows[mine].drop_duplicates("cine_person_id", keep="last")
    person, closed = rows["cine_person_id"].to_numpy(), rows["cine_close_date"].to_numpy()
    care, plans = known.periods, known.export.table("cp_plans")
    in_care = np.isin(person, care["person"].to_numpy()[care["ends"].to_numpy() > known.on])
    on_plan = np.isin(person, plans.loc[(plans["cppl_cp_plan_end_date"] > known.on).to_numpy(), "cppl_person_id"])
    seen = known.seen("cla_visits", "clav_cla"), known.seen("cp_visits", "cppv_cp")
    latest = known.latest(
        np.concatenate([seen[0]["clav_cla_visit_date"], seen[1]["cppv_cp_visit_date"]]),
        np.concatenate([seen[0]["clav_person_id"], seen[1]["cppv_person_id"]]),
        person,
    )
    reason = codes(rows["cine_close_reason"])
    over = closed <= known.on
    frame = known.about(person) | {
        "CIN Start Date": _dates(rows["cine_referral_date"]),
        "Primary Need Code": _coded(codes(rows["cine_cin_primary_need_code"]), "category_of_need", " - "),
        "Date Child Was Last Seen": _dates(latest),
        "CIN Closure Date": _dates(closed),
        # to early help: the form has no category of its own for it
        "Reason for Closure": np.where(over, _words(reason, _CLOSED | {"RC9": "RC9: Referred to early help"}), None),
        "Case Status": np.select(
            [over, in_care, on_plan],
            ["e) Closed episode", "a) Looked after child", "b) Child Protection plan"],
            default="c) Child in need plan",
        ).astype(object),
    }
    return pd.DataFrame(frame)


def _plans(known: _Known) -> pd.DataFrame:
    """List 7: child protection plans in force on a day of the last six months."""
    rows = known.export.table("cp_plans").sort_values(["cppl_person_id", "cppl_cp_plan_start_date"], kind="stable")
    rows = rows[codes(rows["cppl_cp_plan_ola"]) != "Y"].assign(
        before=lambda plans: plans.groupby("cppl_person_id").cumcount()
    )
    rows = rows[(rows["cppl_cp_plan_end_date"] >= known.half_year_ago).to_numpy()]
    person, plan = rows["cppl_person_id"].to_numpy(), rows["cppl_cp_plan_id"].to_numpy()
    visits = known.seen("cp_visits", "cppv_cp").sort_values("cppv_cp_visit_date", kind="stable")
    visits = visits[(visits["cppv_cp_visit_date"] <= known.on).to_numpy()].drop_duplicates(
        "cppv_cp_plan_id", keep="last"
    )
    visits = visits.set_index("cppv_cp_plan_id").reindex(plan)
    reviews = known.export.table("cp_reviews")
    emergency = known.statuses
    emergency = emergency[
        emergency["lega_legal_status"].isin(_EMERGENCY).to_numpy()
        & (emergency["lega_legal_status_end_date"] >= known.half_year_ago).to_numpy()
    ]
    frame = known.about(person) | {
        "Child Protection Plan Start Date": _dates(rows["cppl_cp_plan_start_date"]),
        "Initial Category of Abuse": _words(codes(rows["cppl_cp_plan_initial_category"]), _ABUSE),
        "Latest Category of Abuse": _words(codes(rows["cppl_cp_plan_latest_category"]), _ABUSE),
        "Date of the Last Statutory Visit": _dates(visits["cppv_cp_visit_date"].fillna(int(NEVER))),
        "Was the Child Seen Alone?": _answers(codes(visits["cppv_cp_visit_seen_alone"]), lettered=True),
        "Date of latest review conference": _dates(
            known.latest(reviews["cppr_cp_review_date"], reviews["cppr_cp_plan_id"], plan)
        ),
        "Child Protection Plan End Date": _dates(rows["cppl_cp_plan_end_date"]),
        "Subject to Emergency Protection Order or Protected Under Police Powers in Last Six Months (Y/N)": _yes_or_no(
            np.isin(person, emergency["lega_person_id"]), lettered=True
        ),
        "Number of Previous Child Protection Plans": rows["before"].to_numpy(),
    }
    return pd.DataFrame(frame)


def _children_in_care(known: _Known) -> pd.DataFrame:
    """List 8: periods of care with a day in the last six months."""
    every = known.periods
    same = every["person"].to_numpy()[1:] == every["person"].to_numpy()[:-1]
    again = np.append(False, same & (every["ends"].to_numpy()[:-1] >= known.year_ago))
    mine = (every["ends"] >= known.half_year_ago).to_numpy()
    rows, again = every[mine].reset_index(drop=True), again[mine]
    person, period, ends = (rows[name].to_numpy() for name in ("person", "period", "ends"))
    last = known.episodes.iloc[rows["episode"]]
    begun = last["clae_cla_episode_start_date"].to_numpy()
    at = spell_on(known.statuses, "lega_person_id", "lega_legal_status_start_date", person, begun)
    status = known.statuses.iloc[at]
    homes = known.export.table("cla_placement")
    home = homes.set_index("clap_cla_placement_id").reindex(last["clae_cla_placement_id"])
    near = np.isin(codes(home["clap_cla_placement_postcode"]).astype(str), POSTCODES)
    lived = homes[
        (homes["clap_cla_placement_end_date"] >= known.year_ago).to_numpy()
        & ~homes["clap_cla_placement_type"].isin(_TEMPORARY).to_numpy()
    ]
    reviews, visits = known.export.table("cla_reviews"), known.seen("cla_visits", "clav_cla")
    reason = np.where(ends < NEVER, codes(last["clae_cla_episode_ceased_reason"]), "")
    frame = known.about(person) | {
        "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)": _yes_or_no(
            np.isin(person, _seeking_asylum(known, known.year_ago)), lettered=True
        ),
        "Date Started to be Looked After": _dates(rows["starts"]),
        "Child's Category of Need": _coded(codes(last["clae_cla_primary_need_code"]), "category_of_need", " - "),
        "Is this a second or subsequent period of being a Looked After Child within the last 12 months (Y/N)": (
            _yes_or_no(again, lettered=True)
        ),
        "Start date of current legal status": _dates(status["lega_legal_status_start_date"]),
        "Child's Legal Status": _coded(codes(status["lega_legal_status"]), "legal_status"),
        "Date of Latest Statutory Review": _dates(
            known.latest(reviews["clar_cla_review_date"], reviews["clar_cla_id"], period)
        ),
        "Date of Last Social Work Visit": _dates(
            known.latest(visits["clav_cla_visit_date"], visits["clav_cla_id"], period)
        ),
        "What is the permanence plan for this child?": _permanence_plans(known, period),
        "Date of Last IRO Visit / Contact to the Child": _dates(_officers_contacts(known, rows)),
        "Number of Placements in the Last 12 months": known.count(lived["clap_cla_id"].to_numpy(), period),
        "Date Ceased to be Looked After": _dates(ends),
        "Reason Ceased to be Looked After": _coded(reason, "episode_end_reason"),
        "Start Date of Most Recent Placement": _dates(home["clap_cla_placement_start_date"]),
        "Placement Type": _coded(codes(home["clap_cla_placement_type"]), "placement_type"),
        "Placement Provider": _coded(codes(home["clap_cla_placement_provider"]), "placement_provider", " - "),
        "Placement postcode": _filled(pd.Series(codes(home["clap_cla_placement_postcode"]))),
        "URN of Placement": _filled(home["clap_cla_placement_urn"]),
        "Placement Location": np.where(near, "a) In", "b) Out").astype(object),
        "LA of Placement": np.where(near, _OWN, _ELSEWHERE).astype(object),
        **_missing(known, person),
    }
    return pd.DataFrame(frame)


def _seeking_asylum(known: _Known, since: int) -> np.ndarray:
    rows = known.export.table("immigration_status")
    mine = (rows["immi_immigration_status"] == "UASC") & (rows["immi_immigration_status_end_date"] >= since)
    return rows.loc[mine.to_numpy(), "immi_person_id"].to_numpy()


def _permanence_plans(known: _Known, period: np.ndarray) -> np.ndarray:
    """The plan agreed last of each period that is its first choice and still stands, in Annex A's categories."""
    rows = known.export.table("permanence_plan_decisions", "cssu").sort_values("agreed_date", kind="stable")
    stands = (rows["agreed_date"] <= known.on) & (rows["ended_date"] > known.on) & (rows["plan_role"] == "PRIMARY")
    rows = rows[stands.to_numpy()].drop_duplicates("cla_id", keep="last")
    categories = {}
    with (_SEEDS / "permanence_option.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            categories[row["plan_option"]] = f"{row['annex_a_category']}) {row['annex_a_label']}"
    words = pd.Series(_words(codes(rows["plan_option"]), categories), index=rows["cla_id"])
    return _filled(words.reindex(period))


def _officers_contacts(known: _Known, periods: pd.DataFrame) -> np.ndarray:
    """The day of the reviewing officer's last contact with the child in each period of care."""
    rows = known.export.table("iro_contacts", "cssu")
    rows = rows[(rows["contact_date"] <= known.on).to_numpy()]
    at = spell_on(periods, "person", "starts", rows["person_id"].to_numpy(), rows["contact_date"].to_numpy())
    days = rows["contact_date"].to_numpy()
    within = (at >= 0) & (days <= periods["ends"].to_numpy()[at])
    return known.latest(days[within], at[within], np.arange(len(periods)))


def _missing(known: _Known, person: np.ndarray) -> dict[str, np.ndarray]:
    """How often each child was missing or absent in the last twelve months, and what was offered after the last."""
    rows = known.export.table("missing").sort_values(
        ["miss_person_id", "miss_missing_episode_start_date"], kind="stable"
    )
    rows = rows[(rows["miss_missing_episode_start_date"] > known.year_ago).to_numpy()]
    kind = codes(rows["miss_missing_episode_type"])
    whose = rows["miss_person_id"].to_numpy()
    last = rows.drop_duplicates("miss_person_id", keep="last").set_index("miss_person_id").reindex(person)
    names = _columns_of(8)
    missing, absent = (next(name for name in names if f"'{word}'" in name) for word in ("Missing", "Absent"))
    offered, accepted = (next(name for name in names if f"{word} a Return" in name) for word in ("offered", "accept"))
    return {
        missing: known.count(whose[kind == "M"], person),
        absent: known.count(whose[kind == "A"], person),
        offered: _answers(codes(last["miss_missing_rhi_offered"]), lettered=True),
        accepted: _answers(codes(last["miss_missing_rhi_accepted"]), lettered=True),
    }


def _care_leavers(known: _Known) -> pd.DataFrame:
    """List 9: care leavers, as their register has them."""
    rows = known.export.table("care_leavers").drop_duplicates("clea_person_id", keep="last")
    person = rows["clea_person_id"].to_numpy()
    told = codes(rows["clea_care_leaver_in_touch"])
    in_touch = told == "YES"
    suitable = _words(codes(rows["clea_care_leaver_accom_suitable"]), {"1": "a) Suitable", "2": "b) Not suitable"})
    worker = known.worker_names(rows["clea_care_leaver_worker_id"].to_numpy())
    room = _coded(codes(rows["clea_care_leaver_accommodation"]), "care_leaver_accommodation")
    activity = _coded(codes(rows["clea_care_leaver_activity"]), "care_leaver_activity")
    frame = known.about(person, worker=False) | {
        "Unaccompanied Asylum Seeking Child (UASC), or formerly UASC if 18 or over (Y/N)": _yes_or_no(
            np.isin(person, _seeking_asylum(known, 0)), lettered=True
        ),
        "Allocated Team": known.team_names(codes(rows["clea_care_leaver_allocated_team"])),
        "Allocated Worker": worker,
        "Allocated Personal Advisor": worker,
        "Eligibility Category": _words(codes(rows["clea_care_leaver_eligibility"]), _ELIGIBILITY),
        "Latest Pathway Plan Review Date": _dates(rows["clea_pathway_plan_review_date"]),
        "LA in Touch": _words(told, _IN_TOUCH, "c) Not recorded"),
        "Latest Date of Contact": _dates(rows["clea_care_leaver_latest_contact"]),
        "Type of Accommodation": np.where(in_touch, room, None),
        "Suitability of Accommodation": np.where(in_touch, suitable, "c) Not in touch or not recorded"),
        "Activity Status": np.where(in_touch, activity, None),
    }
    return pd.DataFrame(frame)


def _adoptions(known: _Known) -> pd.DataFrame:
    """List 10: decisions to place children for adoption that were in force on a day of the last twelve months."""
    rows = known.export.table("permanence")
    periods = known.periods.set_index("period")
    left = periods["ends"].reindex(rows["perm_cla_id"]).fillna(-1).to_numpy()
    decided, reversed_on = (rows[f"perm_{name}_date"].to_numpy() for name in ("adm_decision", "decision_reversed"))
    rows = rows[(decided <= known.on) & (np.minimum(left, reversed_on) >= known.year_ago)]
    rows = rows.sort_values(["perm_person_id", "perm_adm_decision_date"], kind="stable")
    person = rows["perm_person_id"].to_numpy()
    family = known.export.table("family").drop_duplicates("fami_person_id").set_index("fami_person_id")
    adopted = codes(rows["perm_permanence_order_type"]) == "ADOPTION"
    homes = known.export.table("cla_placement").sort_values("clap_cla_placement_start_date", kind="stable")
    concurrent = homes[homes["clap_cla_placement_type"].isin(("U2", "U5")).to_numpy()].drop_duplicates("clap_cla_id")
    concurrent = concurrent.set_index("clap_cla_id")["clap_cla_placement_start_date"].reindex(rows["perm_cla_id"])
    frame = known.about(person, worker=False) | {
        "Family identifier": _filled(family["fami_family_id"].reindex(person)),
        "Date the Child Entered Care": _dates(periods["starts"].reindex(rows["perm_cla_id"]).fillna(int(NEVER))),
        "Date of Decision that Child Should be Placed for Adoption": _dates(rows["perm_adm_decision_date"]),
        "Date of Placement Order": _dates(rows["perm_placement_order_date"]),
        "Date of Matching Child and Prospective Adopters": _dates(rows["perm_matched_date"]),
        "Date Placed for Adoption": _dates(rows["perm_placed_for_adoption_date"]),
        "Date of Adoption Order": _dates(np.where(adopted, rows["perm_permanence_order_date"], NEVER)),
        "Date of Decision that Child Should No Longer be Placed for Adoption": _dates(
            rows["perm_decision_reversed_date"]
        ),
        "Reason Why Child No Longer Placed for Adoption": _words(
            codes(rows["perm_decision_reversed_reason"]), _REVERSED
        ),
        "Date the child was placed for fostering in FFA or concurrent planning placement": _dates(
            concurrent.fillna(int(NEVER))
        ),
    }
    return pd.DataFrame(frame)


def _dates(days: pd.Series | np.ndarray) -> np.ndarray:
    """Days as dates, None for NEVER."""
    days = np.asarray(days, dtype=np.int64)
    dates = np.full(len(days), None, dtype=object)
    dates[days < NEVER] = as_dates(days[days < NEVER]).astype(object)
    return dates


def _filled(values: pd.Series) -> np.ndarray:
    """Texts, None for what is missing or empty."""
    values = values.astype(object)
    return values.where(values.notna() & (values != ""), None).to_numpy(dtype=object)


def _words(values: pd.Series | np.ndarray, words: dict[str, str], otherwise: str | None = None) -> np.ndarray:
    """The words for codes; `otherwise` for the others."""
    found = pd.Series(np.asarray(values, dtype=object)).map(words).astype(object)
    return found.where(found.notna(), otherwise).to_numpy(dtype=object)


def _coded(values: np.ndarray, list_name: str, between: str = ": ") -> np.ndarray:
    """Codes with their words: "U6: Foster care", "N1 - Abuse or neglect"."""
    return _words(values, {code: f"{code}{between}{label}" for code, label in _labels(list_name).items()})


@cache
def _labels(list_name: str) -> dict[str, str]:
    """The codes of a list and what they mean, as the warehouse's own seed has them."""
    with (_SEEDS / "code.csv").open(encoding="utf-8", newline="") as handle:
        return {row["code"]: row["label"] for row in csv.DictReader(handle) if row["list"] == list_name}


def _yes_or_no(yes: np.ndarray, *, lettered: bool = False) -> np.ndarray:
    words = ("a) Yes", "b) No") if lettered else ("Yes", "No")
    return np.where(yes, *words).astype(object)


def _answers(values: np.ndarray, *, lettered: bool = False) -> np.ndarray:
    """Y and N in the form's words; None where there is neither."""
    words = {"Y": "a) Yes", "N": "b) No"} if lettered else {"Y": "Yes", "N": "No"}
    return _words(values, words)


def _workbook(lists: dict[int, pd.DataFrame], on: date) -> bytes:
    """The workbook's bytes: days are shown as English councils write them."""
    book = Workbook(write_only=True)
    book.properties.created = datetime(on.year, on.month, on.day)
    for number, rows in lists.items():
        sheet = book.create_sheet(f"List {number}")
        sheet.append(list(rows.columns))
        for values in rows.astype(object).where(rows.notna(), None).itertuples(index=False, name=None):
            sheet.append([_cell(sheet, value) for value in values])
    written = io.BytesIO()
    book.save(written)
    return _without_clock(written.getvalue(), on)


def _cell(sheet: object, value: object) -> object:
    if not isinstance(value, date):
        return value
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = "DD/MM/YYYY"
    return cell


def _without_clock(contents: bytes, on: date) -> bytes:
    """The same workbook without the time at which it was written: the same lists give the same bytes."""
    stamp = f"{on.isoformat()}T00:00:00Z".encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(contents)) as given, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in given.infolist():
            held = given.read(part)
            if part.filename == "docProps/core.xml":
                held = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, held)
            same = zipfile.ZipInfo(part.filename, date_time=(on.year, on.month, on.day, 0, 0, 0))
            same.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(same, held)
    return packed.getvalue()
