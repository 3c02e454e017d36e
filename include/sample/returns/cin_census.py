"""The children in need census of a year: referrals, section 47 enquiries, conferences and child protection plans.

It says what the ssd export of the day of delivery says, cut to the year. Elements and their order are those of the
schemas of 2021 to 2026 (liiatools/cin_census_pipeline/spec of SocialFinanceDigitalLabs/liia-tools-pipeline), from 2024
on with Sex for GenderCurrent, as the real file of that year has it. Assessments and plans of children in need are not
in it: the sample's ssd tables carry none.
"""

from datetime import date
from pathlib import Path
from xml.etree.ElementTree import Element

import numpy as np
import pandas as pd

from include.feeds.batches import MANIFEST
from include.sample.authority import Authority
from include.sample.days import NEVER, birthday, day, working_days_after
from include.sample.exports import DEFAULT_SEED, DEFAULT_SIZE
from include.sample.returns.known import COUNCIL, Export, ReturnYear, check_codes, codes, day_texts, export_of
from include.sample.writing.elements import Records, add, add_known, by_key, document
from include.sample.writing.folders import deliver, manifest, sha256_of

SOURCE = "cin_census"
FIRST_YEAR, LAST_YEAR = 2020, 2026
"""The years in which the first and the last census begin whose schema is known, or likely: 2020/21 and 2026/27."""

_ISO = "%Y-%m-%d"
_SEX_IN_LETTERS = 2024
_GENDER = {"M": "1", "F": "2"}
_CONFERENCE_WITHIN = 15  # working days from the strategy discussion: Working Together
_IDENTIFIERS = ("LAchildID", "UPN", "UPNunknown", "PersonBirthDate", "ExpectedPersonBirthDate", "GenderCurrent", "Sex",
                "PersonDeathDate")  # fmt: skip
_REFERRAL = ("CINreferralDate", "ReferralSource", "PrimaryNeedCode", "CINclosureDate", "ReasonForClosure")
_ENQUIRY = ("S47ActualStartDate", "InitialCPCtarget", "DateOfInitialCPC", "ICPCnotRequired")
_PLAN = ("CPPstartDate", "CPPendDate", "InitialCategoryOfAbuse", "LatestCategoryOfAbuse", "NumberOfPreviousCPP")
_OF_REFERRAL = ["child", "referral"]


def write_cin_census(
    drop_folder: Path,
    year: int,
    delivered: date,
    *,
    size: float = DEFAULT_SIZE,
    seed: int = DEFAULT_SEED,
    authority: Authority | None = None,
) -> Path:
    """Write the census of a year into `<drop_folder>/cin_census/<delivered>/`, and its manifest; returns that folder.

    `year` is the one in which it begins: 2022 for 1 April 2022 to 31 March 2023, `CIN_Census_2023.xml`. `authority`:
    the council itself, where it has been made already. Raises ValueError for a year without a census, and a day of
    delivery before the year has ended or without an export.
    """
    of_year = ReturnYear(year)
    on = day(delivered.isoformat())
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"the sample authority has censuses from {FIRST_YEAR}/21 to {LAST_YEAR}/27, not of {year}")
    if on <= of_year.last:
        raise ValueError(f"the census of {of_year.slice} can't be delivered on {delivered}: its year has not ended")
    contents = cin_census(export_of(on, size, seed, authority), of_year)

    def write(folder: Path) -> None:
        name = f"CIN_Census_{of_year.ends}.xml"
        (folder / name).write_bytes(contents)
        said = {"kind": "return_year", "return_year": str(year)}
        promised = {name: (None, sha256_of(contents))}
        (folder / MANIFEST).write_bytes(manifest(SOURCE, delivered.isoformat(), said, promised))

    folder = drop_folder / SOURCE / delivered.isoformat()
    deliver(folder, write)
    return folder


def cin_census(export: Export, year: ReturnYear) -> bytes:
    """The census of a year as its XML document."""
    enquiries, plans = _enquiries(export, year), _plans(export, year)
    referrals = _referrals(export, year, pd.concat([enquiries[_OF_REFERRAL], plans[_OF_REFERRAL]]))
    of_referral = by_key(referrals, ["child"])
    enquiries_of, plans_of = by_key(enquiries, _OF_REFERRAL), by_key(plans, _OF_REFERRAL)
    reviews_of = by_key(_reviews(export, year), ["plan"])
    disabilities = by_key(_disabilities(export), ["child"])
    root = Element("Message")
    _add_header(add(root, "Header"), export.on, year)
    within = add(root, "Children")
    for child in _children(export, year, referrals["child"].unique()).to_dict("records"):
        element = add(within, "Child")
        add_known(add(element, "ChildIdentifiers"), child, _IDENTIFIERS)
        characteristics = add(element, "ChildCharacteristics")
        add(characteristics, "Ethnicity", child["Ethnicity"])
        _add_disabilities(characteristics, disabilities[child["key"],])
        for referral in of_referral[child["key"],]:
            details = add(element, "CINdetails")
            add_known(details, referral, _REFERRAL)
            key = child["key"], referral["referral"]
            for enquiry in enquiries_of[key]:
                add_known(add(details, "Section47"), enquiry, _ENQUIRY)
            add(details, "ReferralNFA", referral["ReferralNFA"])
            for plan in plans_of[key]:
                _add_plan(details, plan, reviews_of[plan["plan"],])
    return document(root)


def _add_header(header: Element, on: int, year: ReturnYear) -> None:
    collection = add(header, "CollectionDetails")
    add(collection, "Collection", "CIN")
    add(collection, "Year", str(year.ends))
    add(collection, "ReferenceDate", f"{year.ends}-03-31")
    source = add(header, "Source")
    delivered = day_texts(np.array([on]), _ISO)[0]
    for name, text in (
        ("SourceLevel", "L"),
        ("LEA", COUNCIL),
        ("SoftwareCode", "Sample"),
        ("Release", "1"),
        ("SerialNo", "001"),
        ("DateTime", f"{delivered}T12:00:00"),
    ):
        add(source, name, text)


def _add_disabilities(characteristics: Element, found: Records) -> None:
    within = add(characteristics, "Disabilities")
    for record in found or [{"Disability": "NONE"}]:
        add(within, "Disability", record["Disability"])


def _add_plan(details: Element, plan: dict, reviews: Records) -> None:
    element = add(details, "ChildProtectionPlans")
    add_known(element, plan, _PLAN)
    if reviews:
        within = add(element, "Reviews")
        for review in reviews:
            add(within, "CPPreviewDate", review["CPPreviewDate"])


def _children(export: Export, year: ReturnYear, mine: np.ndarray) -> pd.DataFrame:
    """One row a child, by id; who was not born by 31 March stands with the day on which it was expected."""
    rows = export.children().reindex(np.sort(mine))
    dob = rows["dob"].to_numpy()
    born = year.until(dob)
    expected = np.where(born < NEVER, NEVER, np.minimum(rows["expected"].to_numpy(), dob))
    sex = np.where(born < NEVER, rows["sex"].to_numpy(), "U")
    letters = year.ends >= _SEX_IN_LETTERS
    upn = np.where(born < NEVER, rows["upn"].to_numpy(), "")
    at_school = birthday(np.where(born < NEVER, dob, year.last), 5) <= year.last
    return pd.DataFrame(
        {
            "key": rows.index,
            "LAchildID": rows.index.astype(str),
            "UPN": upn,
            "UPNunknown": np.where(upn != "", "", np.where(at_school, "UN5", "UN1")),
            "PersonBirthDate": day_texts(born, _ISO),
            "ExpectedPersonBirthDate": day_texts(expected, _ISO),
            "GenderCurrent": "" if letters else pd.Series(sex).map(_GENDER).fillna("0").to_numpy(),
            "Sex": sex if letters else "",
            "PersonDeathDate": day_texts(year.until(rows["died"]), _ISO),
            "Ethnicity": rows["ethnicity"].to_numpy(),
        }
    )


def _disabilities(export: Export) -> pd.DataFrame:
    rows = export.table("disability")
    frame = pd.DataFrame(
        {"child": rows["disa_person_id"].to_numpy(), "Disability": codes(rows["disa_disability_code"])}
    )
    return frame.drop_duplicates()


def _referrals(export: Export, year: ReturnYear, others: pd.DataFrame) -> pd.DataFrame:
    """Cases open on a day of the year, and the referrals of `others` (`child`, `referral`): what is told of the year.

    A child whose referral still stands under another id has it under its own as well, where something came of it.
    """
    rows = export.table("cin_episodes").drop_duplicates("cine_referral_id").set_index("cine_referral_id")
    closed = year.until(rows["cine_close_date"])
    mine = year.overlaps(rows["cine_referral_date"], rows["cine_close_date"])
    cases = pd.DataFrame({"child": rows["cine_person_id"].to_numpy()[mine], "referral": rows.index[mine]})
    said = pd.DataFrame(
        {
            "day": rows["cine_referral_date"].to_numpy(),
            "CINreferralDate": day_texts(rows["cine_referral_date"], _ISO),
            "ReferralSource": codes(rows["cine_referral_source_code"]),
            "PrimaryNeedCode": codes(rows["cine_cin_primary_need_code"]),
            "CINclosureDate": day_texts(closed, _ISO),
            "ReasonForClosure": np.where(closed < NEVER, codes(rows["cine_close_reason"]), ""),
            "ReferralNFA": np.where(codes(rows["cine_referral_nfa"]) == "Y", "1", "0"),
        },
        index=rows.index,
    )
    frame = pd.concat([cases, others]).drop_duplicates(ignore_index=True)
    frame = frame.join(said, on="referral", how="inner")
    return frame.sort_values(["child", "day", "referral"], ignore_index=True)


def _enquiries(export: Export, year: ReturnYear) -> pd.DataFrame:
    """Section 47 enquiries that began in the year, or came to a conference in it."""
    rows = export.table("s47_enquiry")
    met = export.table("initial_cp_conference").drop_duplicates("icpc_s47_enquiry_id").set_index("icpc_s47_enquiry_id")
    met = met.reindex(rows["s47e_s47_enquiry_id"])
    starts = rows["s47e_s47_start_date"].to_numpy()
    target, held = (met[f"icpc_icpc_{name}date"].fillna(int(NEVER)).to_numpy() for name in ("target_", ""))
    needless = codes(rows["s47e_s47_nfa"]) == "Y"
    target = np.where((target == NEVER) & ~needless, working_days_after(starts, _CONFERENCE_WITHIN), target)
    frame = pd.DataFrame(
        {
            "child": rows["s47e_person_id"].to_numpy(),
            "referral": rows["s47e_referral_id"].to_numpy(),
            "day": starts,
            "S47ActualStartDate": day_texts(starts, _ISO),
            "InitialCPCtarget": day_texts(target, _ISO),
            "DateOfInitialCPC": day_texts(year.until(held), _ISO),
            "ICPCnotRequired": np.where(needless, "1", "0"),
        }
    )
    frame = frame[year.has(starts) | year.has(held)]
    return frame.sort_values(["child", "day"], kind="stable")


def _plans(export: Export, year: ReturnYear) -> pd.DataFrame:
    """The council's own child protection plans in force on a day of the year."""
    rows = export.table("cp_plans").sort_values(["cppl_person_id", "cppl_cp_plan_start_date"], kind="stable")
    rows = rows[codes(rows["cppl_cp_plan_ola"]) != "Y"]
    starts, ends = (rows[f"cppl_cp_plan_{name}_date"].to_numpy() for name in ("start", "end"))
    frame = pd.DataFrame(
        {
            "child": rows["cppl_person_id"].to_numpy(),
            "referral": rows["cppl_referral_id"].to_numpy(),
            "plan": rows["cppl_cp_plan_id"].to_numpy(),
            "CPPstartDate": day_texts(starts, _ISO),
            "CPPendDate": day_texts(year.until(ends), _ISO),
            "InitialCategoryOfAbuse": codes(rows["cppl_cp_plan_initial_category"]),
            "LatestCategoryOfAbuse": codes(rows["cppl_cp_plan_latest_category"]),
            "NumberOfPreviousCPP": rows.groupby("cppl_person_id").cumcount().astype(str).to_numpy(),
        }
    )[year.overlaps(starts, ends)]
    check_codes("abuse_category", frame["LatestCategoryOfAbuse"], year)
    return frame


def _reviews(export: Export, year: ReturnYear) -> pd.DataFrame:
    """Review conferences held in the year, by plan."""
    rows = export.table("cp_reviews").sort_values("cppr_cp_review_date", kind="stable")
    held = rows["cppr_cp_review_date"].to_numpy()
    frame = pd.DataFrame({"plan": rows["cppr_cp_plan_id"].to_numpy(), "CPPreviewDate": day_texts(held, _ISO)})
    return frame[year.has(held)].drop_duplicates()
