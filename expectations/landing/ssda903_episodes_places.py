"""Business rules of ssda903.episodes: placements, their providers and why they changed."""

from expectations.dfe import BORN, EPISODES, YEAR_ENDS, YEAR_STARTS, dfe_rule

RULES = []

_TEMPORARY = "('T0', 'T1', 'T2', 'T3', 'T4')"
_OTHER = "('Z1', 'Z11', 'Z12', 'Z13', 'Z14')"
_WITHOUT_URN = f"(place in ('H5', 'P1', 'P2', 'P3', 'R1', 'R2', 'R5') or place in {_TEMPORARY} or place in {_OTHER})"


def _episode(number, column, description, remedy, condition, records="{this}"):
    RULES.append(dfe_rule("ssda903.episodes", number, column, description, remedy, condition, records=records))


_episode(
    "213",
    "place_provider",
    "A provider stands with a placement that needs none",
    "Remove the provider, or correct the placement",
    f"(place in {_TEMPORARY} or place in {_OTHER}) and place_provider is not null",
)
_episode(
    "526",
    "place_provider",
    "A placement has no provider",
    "Enter the provider",
    f"place not in {_TEMPORARY} and place not in {_OTHER} and place_provider is null",
)
for _number, _provider, _places in (
    ("527", "PR1", ("P1", "R2", "R5")),
    ("528", "PR2", ("P1", "R2", "R5")),
    ("529", "PR3", ("P1", "A3", "A4", "A5", "A6", "K1", "K2", "U1", "U2", "U3", "U4", "U5", "U6")),
    ("530", "PR4", ("P1",)),
    ("531", "PR5", ("P1",)),
):
    _list = ", ".join(f"'{place}'" for place in _places)
    _episode(
        _number,
        "place_provider",
        f"Provider {_provider} stands with a placement that it can't provide",
        "Correct the provider, or the placement",
        f"place_provider = '{_provider}' and place in ({_list})",
    )
_episode(
    "550",
    "place_provider",
    "A parent (PR0) stands as provider of another placement than with parents",
    "Correct the provider, or the placement",
    "place_provider = 'PR0' and place <> 'P1'",
)
_episode(
    "214",
    "pl_post",
    "A short break has a postcode or an Ofsted number",
    "Remove them, or correct the legal status",
    "ls in ('V3', 'V4') and (pl_post is not null or urn is not null)",
)
_episode(
    "217",
    "rne",
    "A child is placed for adoption with the current carers, and the reason for the new episode is not S, T or U",
    "Correct the reason for the new episode, or the placement",
    "place in ('A3', 'A5') and decom >= date '2015-04-01' and coalesce(rne, '') not in ('S', 'T', 'U')",
)
_episode(
    "218",
    "urn",
    "A placement that Ofsted registers has no Ofsted number",
    "Enter the Ofsted number (URN), XXXXXXX where the placement is outside England",
    # rule 214 asks for none of a short break
    f"urn is null and coalesce(ls, '') not in ('V3', 'V4') and not coalesce({_WITHOUT_URN}, false) "
    f"and (dec is null or dec >= {YEAR_STARTS})",
)
_episode(
    "222",
    "urn",
    "A placement that Ofsted does not register has an Ofsted number",
    "Remove the Ofsted number, or correct the placement",
    # supported accommodation is registered since 2023/24
    f"{_WITHOUT_URN} and urn is not null and upper(urn) <> 'XXXXXXX' and (place <> 'H5' or {{year_ending}} < 2024)",
)
_episode(
    "225",
    "reason_place_change",
    "A placement changed, and its last episode does not say why",
    "Enter why the placement changed",
    f"rec = 'X1' and reason_place_change is null and place not in {_TEMPORARY} "
    f"and rne_after in ('P', 'B', 'T', 'U') and place_after not in {_TEMPORARY}",
    EPISODES,
)
_episode(
    "226",
    "place",
    "A temporary placement, or the episode before it, says why the placement changed",
    "Remove the reason for the change",
    f"place in {_TEMPORARY} and (reason_place_change is not null or change_before is not null)",
    EPISODES,
)
_episode(
    "336",
    "place",
    "A child placed for adoption with the current carer was not with foster carers before",
    "Correct the placement, or enter the foster placement before it",
    "place in ('A3', 'A5') and nth > 1 and coalesce(place_before, '') "
    "not in ('A3', 'A4', 'A5', 'A6', 'U1', 'U2', 'U3', 'U4', 'U5', 'U6')",
    EPISODES,
)
for _number, _place, _what, _age in (
    ("371", "H5", "supported accommodation", 16),
    ("372", "R5", "youth custody or prison", 10),
    ("373", "S1", "a residential school", 4),
    ("374", "P3", "residential employment", 14),
):
    _episode(
        _number,
        "place",
        f"A child under {_age} is placed in {_what}",
        "Correct the placement, or the date of birth",
        f"place = '{_place}' and decom < dob + interval '{_age} years'",
        BORN,
    )
for _number, _place, _what, _days in (
    ("375", "T1", "in hospital lasted longer than six weeks", 42),
    ("376", "T3", "for the carers' holiday lasted longer than three weeks", 21),
    ("379", "T4", "for no given reason lasted longer than seven days", 7),
):
    _episode(
        _number,
        "place",
        f"A temporary placement {_what}",
        "Correct the dates, or enter the placement that it became",
        f"place = '{_place}' and coalesce(dec, {YEAR_ENDS}) - decom > {_days}",
    )
_episode(
    "377",
    "place",
    "A child has more than two temporary placements for carers' holidays in the year",
    "Correct the placements",
    "placements > 2",
    "(select _file, _record, count(*) over (partition by child) as placements from {this} where place = 'T3')",
)
_episode(
    "378",
    "place",
    "A child is placed with parents under section 20",
    "Correct the placement, or the legal status",
    "place = 'P1' and ls = 'V2'",
)
_episode(
    "380",
    "place",
    "A period of care starts with a temporary placement",
    "Enter the placement that it interrupts, or correct it",
    f"place in {_TEMPORARY} and rne = 'S'",
)
_episode(
    "381",
    "place",
    "A period of care ends with a temporary placement",
    "Enter the placement that it interrupted, or correct it",
    f"place in {_TEMPORARY} and rec <> 'X1'",
)
_episode(
    "382",
    "place",
    "A short break is spent in a temporary placement",
    "Correct the placement, or the legal status",
    f"place in {_TEMPORARY} and ls in ('V3', 'V4')",
)
_episode(
    "383",
    "place",
    "After a temporary placement the child does not return to the one before",
    "Correct the placement that follows, or the temporary one",
    f"place in {_TEMPORARY} and nth > 1 and decom_after is not null and place_after is distinct from place_before",
    EPISODES,
)
_episode(
    "384",
    "place",
    "A short break is spent in long-term foster care",
    "Correct the placement, or the legal status",
    "place in ('U1', 'U4') and ls in ('V3', 'V4')",
)
_episode(
    "392b",
    "pl_post",
    "A looked-after child has no home or no placement postcode",
    "Enter both postcodes",
    "ls not in ('V3', 'V4') and (home_post is null or pl_post is null) "
    "and not exists (select from {uasc} as u where u.child = t.child)",
)
_POSTCODE = "'^[A-Z]{{1,2}}[0-9][A-Z0-9]? *[0-9][A-Z]{{2}}$'"
_episode(
    "392c",
    "pl_post",
    "A postcode is not one",
    "Correct the postcode",
    f"upper(home_post) !~ {_POSTCODE} or upper(pl_post) !~ {_POSTCODE}",
)
_episode(
    "392d",
    "pl_post",
    "Home and placement have the same postcode, and the child is not placed with parents",
    "Correct one of the postcodes, or the placement",
    "upper(replace(home_post, ' ', '')) = upper(replace(pl_post, ' ', '')) and place <> 'P1'",
)
_episode(
    "408",
    "ls",
    "A child is placed for adoption with a placement order, and has none",
    "Correct the legal status, or the placement",
    "place in ('A5', 'A6') and ls <> 'E1'",
)
