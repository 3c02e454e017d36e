"""What else the case system says of everybody: referrals, family, address, disability, immigration, identifiers."""

import json

import numpy as np
import pandas as pd

from include.sample.chance import between, chance, coded, draw, flags, pick, stream
from include.sample.days import NEVER, YEAR, birthday
from include.sample.names import POSTCODES
from include.sample.people.persons import duplicates
from include.sample.recording import recorded
from include.sample.referrals import CLOSE_REASONS, SOURCES, Referrals
from include.sample.register import Register
from include.sample.staff.allocations import Allocations
from include.sample.staff.workforce import TEAMS

_STREETS = ("Quagmoor Row", "Zindle Wynd", "Fnar Bank", "Wexquag Terrace", "Throx Lane")
_DISABILITIES = {"NONE": 3, "LD": 30, "AUT": 28, "BEH": 14, "COMM": 9, "MOB": 6, "CON": 4, "VIS": 3, "HEAR": 3, "PC": 2}
_OUTCOME = '{"NFA_FLAG": "%s", "ASSESSMENT_FLAG": "%s"}'
_SOURCE_WORDS = tuple(f"source {code}" for code in SOURCES)


def referral_register(seed: int, referred: Referrals, allocated: Allocations) -> Register:
    """ssd.cin_episodes: the referral as it was received, and when the case was closed.

    Until it is found that a child was known already, its second referral stands under another id.
    """
    rng = stream(seed, "referral register")
    rows = referred.rows
    count = len(rows)
    source = draw(rng, dict(enumerate(SOURCES.values())), count)
    nfa = rows["nfa"].to_numpy()
    closed_known = np.maximum(recorded(rng, np.minimum(rows["closed"].to_numpy(), NEVER)), rows["date"].to_numpy())
    worker = allocated.allocated(1, rows["person_id"].to_numpy(), rows["date"].to_numpy())
    team = rows["referral_id"].to_numpy() % 5 + 2
    need = rows["need"].to_numpy()
    needs = ("N1", "N2", "N3", "N4", "N5", "N6", "N8")
    table = pd.DataFrame(
        {
            "cine_referral_id": rows["referral_id"],
            "cine_person_id": rows["person_id"],
            "cine_referral_date": rows["date"].astype(np.int32),
            "cine_cin_primary_need_code": coded(np.searchsorted(needs, need), needs),
            "cine_referral_source_code": coded(source, tuple(SOURCES)),
            "cine_referral_source_desc": coded(source, _SOURCE_WORDS),
            "cine_referral_outcome_json": coded(nfa * 1, (_OUTCOME % ("N", "Y"), _OUTCOME % ("Y", "N"))),
            "cine_referral_nfa": flags(nfa),
            "cine_close_reason": coded(draw(rng, dict(enumerate(CLOSE_REASONS.values())), count), tuple(CLOSE_REASONS)),
            "cine_close_date": rows["closed"],
            "cine_referral_team": coded(team, TEAMS),
            "cine_referral_worker_id": worker,
            "known_from": rows["date"].astype(np.int32),
            "known_until": NEVER,
            "closed_known": closed_known,
        }
    )
    doubled = np.flatnonzero((rows["merged"] < NEVER).to_numpy())
    before = table.iloc[doubled].assign(
        cine_person_id=duplicates(rows)["duplicate_id"].to_numpy(), known_until=rows["merged"].to_numpy()[doubled]
    )
    table.loc[doubled, "known_from"] = rows["merged"].to_numpy()[doubled].astype(np.int32)
    return Register(
        pd.concat([table, before.astype(table.dtypes.to_dict())], ignore_index=True),
        {"closed_known": ("cine_close_date", "cine_close_reason")},
        {"cine_referral_id": "RF"},
    )


def family_registers(everybody: pd.DataFrame) -> tuple[Register, Register]:
    """ssd.family and ssd.mother."""
    mine = everybody[(everybody["kind"] == "child").to_numpy()].reset_index(drop=True)
    family = pd.DataFrame(
        {
            "fami_table_id": 110101 + np.arange(len(mine)),
            "fami_family_id": mine["family"] + 60001,
            "fami_person_id": mine["person_id"],
            "known_from": mine["known"].astype(np.int32),
        }
    )
    with_mother = mine[(mine["mother"] >= 0).to_numpy()].reset_index(drop=True)
    born = np.maximum(with_mother["known"].to_numpy(), with_mother["dob"].to_numpy() + 9)
    mother = pd.DataFrame(
        {
            "moth_table_id": 120101 + np.arange(len(with_mother)),
            "moth_person_id": everybody["person_id"].to_numpy()[with_mother["mother"]],
            "moth_childs_person_id": with_mother["person_id"],
            "moth_childs_dob": with_mother["dob"].astype(np.int32),
            "known_from": born.astype(np.int32),
        }
    )
    return Register(family, prefixes={"fami_family_id": "FM"}), Register(mother)


def detail_registers(seed: int, everybody: pd.DataFrame, referred: pd.DataFrame) -> dict[str, Register]:
    """ssd.disability, ssd.immigration_status, ssd.address and ssd.linked_identifiers."""
    rng = stream(seed, "details")
    children = everybody[(everybody["kind"] == "child").to_numpy()].reset_index(drop=True)
    known = np.maximum(children["known"], children["dob"]).to_numpy()
    disabled = np.flatnonzero(children["disabled"].to_numpy())
    disability = pd.DataFrame(
        {
            "disa_table_id": 130101 + np.arange(len(disabled)),
            "disa_person_id": children["person_id"].to_numpy()[disabled],
            "disa_disability_code": pick(rng, _DISABILITIES, len(disabled)),
            "known_from": (known[disabled] + between(rng, 0, 200, len(disabled))).astype(np.int32),
        }
    )
    uasc = np.flatnonzero(children["uasc"].to_numpy())
    first = known[uasc]
    decided = first + between(rng, 200, 700, len(uasc))
    statuses = ("UASC", "REFUGEE", "HUMANITARIAN_PROTECTION", "LIMITED_LEAVE", "APPEAL_RIGHTS_EXHAUSTED")
    immigration = pd.DataFrame(
        {
            "immi_immigration_status_id": 140101 + np.arange(2 * len(uasc)),
            "immi_person_id": np.concatenate([children["person_id"].to_numpy()[uasc]] * 2),
            "immi_immigration_status": coded(
                np.concatenate([np.zeros(len(uasc)), draw(rng, {1: 6, 2: 2, 3: 1, 4: 1}, len(uasc))]), statuses
            ),
            "immi_immigration_status_start_date": np.concatenate([first, decided]).astype(np.int32),
            "immi_immigration_status_end_date": np.concatenate([decided, np.full(len(uasc), NEVER)]).astype(np.int32),
            "known_from": np.concatenate([first, decided + 3]).astype(np.int32),
            "ended_known": np.concatenate([decided + 3, np.full(len(uasc), NEVER)]).astype(np.int32),
        }
    )
    lives = everybody["known"].to_numpy()
    # every other postcode: between them live the carers (rule 392D)
    place = rng.integers(0, len(POSTCODES), len(everybody)) // 2 * 2
    texts = tuple(
        json.dumps({"HOUSE": str(n), "STREET": s, "TOWN": "Zindleford"}) for s in _STREETS for n in range(1, 30)
    )
    address = pd.DataFrame(
        {
            "addr_table_id": 150101 + np.arange(len(everybody)),
            "addr_person_id": everybody["person_id"],
            "addr_address_type": coded(np.zeros(len(everybody)), ("HOME",)),
            "addr_address_start_date": np.maximum(lives, everybody["dob"]).astype(np.int32),
            "addr_address_end_date": NEVER,
            "addr_address_postcode": coded(place, POSTCODES),
            "addr_address_json": coded(rng.integers(0, len(texts), len(everybody)), texts),
            "known_from": np.maximum(lives, everybody["dob"]).astype(np.int32),
        }
    )
    at_school = np.flatnonzero(
        (referred["date"].max() - children["dob"].to_numpy() > 5 * YEAR) & chance(rng, 60, len(children))
    )
    linked = pd.DataFrame(
        {
            "link_table_id": 160101 + np.arange(len(at_school)),
            "link_person_id": children["person_id"].to_numpy()[at_school],
            "link_identifier_type": coded(np.zeros(len(at_school)), ("UPN",)),
            "link_identifier_value": 999_900_000_000 + children["person_id"].to_numpy()[at_school],
            "link_valid_from_date": birthday(children["dob"].to_numpy()[at_school], 5),
            "link_valid_to_date": NEVER,
            "known_from": np.maximum(birthday(children["dob"].to_numpy()[at_school], 5), known[at_school]).astype(
                np.int32
            ),
        }
    )
    return {
        "ssd.disability": Register(disability),
        "ssd.immigration_status": Register(immigration, {"ended_known": ("immi_immigration_status_end_date",)}),
        "ssd.address": Register(address),
        "ssd.linked_identifiers": Register(linked, prefixes={"link_identifier_value": "X"}),
    }
