"""Deliveries made by hand for tests: the tables of a source with just the records a test is about."""

import csv
import hashlib
import json
import shutil
from collections.abc import Collection
from datetime import date
from pathlib import Path

import yaml

from include.contract.model import source

# one record for each table that may not come empty, so that a test names only what it is about
LEAST = {
    "person": {"pers_person_id": "P1", "pers_dob": "2015-05-05", "pers_sex": "F"},
    "cla_episodes": {
        "clae_cla_episode_id": "E1",
        "clae_person_id": "P1",
        "clae_cla_id": "C1",
        "clae_cla_placement_id": "PL1",
        "clae_cla_episode_start_date": "2025-01-06",
        "clae_cla_episode_start_reason": "S",
        "clae_entered_care_date": "2025-01-06",
    },
    "cla_placement": {
        "clap_cla_placement_id": "PL1",
        "clap_cla_id": "C1",
        "clap_person_id": "P1",
        "clap_cla_placement_start_date": "2025-01-06",
        "clap_cla_placement_type": "U6",
        "clap_cla_placement_provider": "PR1",
    },
    "legal_status": {
        "lega_legal_status_id": "L1",
        "lega_person_id": "P1",
        "lega_legal_status": "C2",
        "lega_legal_status_start_date": "2025-01-06",
    },
    "cla_reviews": {
        "clar_cla_review_id": "R1",
        "clar_cla_id": "C1",
        "clar_cla_review_date": "2025-01-31",
        "clar_cla_review_participation": "PN1",
    },
    "cla_visits": {
        "clav_cla_visit_id": "V1",
        "clav_cla_id": "C1",
        "clav_person_id": "P1",
        "clav_cla_visit_date": "2025-01-10",
        "clav_cla_visit_seen": "Y",
    },
    "involvements": {
        "invo_involvements_id": "I1",
        "invo_person_id": "P1",
        "invo_professional_id": "W1",
        "invo_professional_role_id": "IRO",
        "invo_professional_team": "T1",
        "invo_involvement_start_date": "2025-01-06",
    },
    "professionals": {"prof_professional_id": "W1", "prof_professional_name": "Zantor Wexmoor"},
    "department": {"dept_team_id": "T1", "dept_team_name": "Harbour Team (invented)"},
    "header": {"child": "C1", "sex": "1", "dob": "05/05/2015", "ethnic": "WBRI"},
    "episodes": {"child": "C1", "decom": "01/05/2021", "rne": "S", "ls": "C2", "place": "U6"},
    "reviews": {"child": "C1", "review": "25/05/2021", "review_code": "PN1"},
}

# the persons that the records below name: the child, its mother, a care leaver, another child
PEOPLE = [
    LEAST["person"],
    {"pers_person_id": "P2", "pers_dob": "1990-05-05", "pers_sex": "F"},
    {"pers_person_id": "P3", "pers_dob": "2007-05-05", "pers_sex": "M"},
    {"pers_person_id": "P4", "pers_dob": "2016-05-05", "pers_sex": "M"},
]

# good records of the tables that may come empty and that no mart reads: by source and table, all text
RECORDS: dict[str, dict[str, list[dict[str, str]]]] = yaml.load(
    Path(__file__).with_name("records.yml").read_text(encoding="utf-8"), Loader=yaml.CBaseLoader
)

# one good record of every table of the returns: by source and table, all text
RETURNS: dict[str, dict[str, dict[str, str]]] = yaml.load(
    Path(__file__).with_name("returns.yml").read_text(encoding="utf-8"), Loader=yaml.CBaseLoader
)


def deliver(
    drop: Path,
    source_name: str,
    batch_date: date,
    tables: dict[str, list[dict[str, str]]] | None = None,
    *,
    year: int = 2021,
    period: tuple[str, str] | None = None,
    absent: Collection[str] = (),
    manifest: bool = True,
) -> Path:
    """Write a delivery: each table with the records given, else the least it may come with. Replaces an older one.

    `year`: the return year of a return; `period`: from and to of an incremental delivery; `absent`: tables whose file
    does not come.
    """
    folder = drop / source_name / batch_date.isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    contract = source(source_name)
    files = []
    for table in contract.tables:
        if table.name in absent:
            continue
        rows = (tables or {}).get(table.name)
        if rows is None:
            rows = [LEAST[table.name]] if not table.may_be_empty else []
        name = f"{year}-{table.name}.csv" if contract.slice == "return_year" else f"{table.name}.csv"
        path = folder / name
        with path.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, [column.name for column in table.columns], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        files.append({"file": name, "rows": len(rows), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()})
    about = {"source": source_name, "batch_date": batch_date.isoformat(), "files": files}
    if period:
        about["slice"] = dict(zip(("from", "to"), period, strict=True))
    (folder / "manifest.json").unlink(missing_ok=True)
    if manifest:
        (folder / "manifest.json").write_text(json.dumps(about), encoding="utf-8")
    else:
        (folder / "_READY").touch()
    return folder


def deliver_five_returns(drop: Path, real_data: Path) -> date:
    """Lay down the five real returns, each in the July after its year; returns the day of the last."""
    for year in range(2017, 2022):
        delivered = date(year + 1, 7, 1)
        folder = drop / "ssda903" / delivered.isoformat()
        folder.mkdir(parents=True)
        for path in (real_data / "ssda903_2017_2021").glob(f"{year}-*.csv"):
            shutil.copyfile(path, folder / path.name)
    return delivered


def deliver_children(drop: Path, day: date, *, children: int) -> None:
    """Write a night's deliveries of all nightly sources: so many children in care, all entered on one day."""
    numbers = range(1, children + 1)
    episodes = [
        LEAST["cla_episodes"] | {"clae_cla_episode_id": f"E{n}", "clae_cla_id": f"C{n}", "clae_person_id": f"P{n}"}
        for n in numbers
    ]
    people = [LEAST["person"] | {"pers_person_id": f"P{n}"} for n in numbers]
    deliver(drop, "ssd", day, {"cla_episodes": episodes, "person": people})
    deliver(drop, "cssu", day)
    deliver(drop, "momo", day)
