"""One good record of every table of every source, and how it is spoilt for each structural rule."""

from include.contract.codes import codes_not_of_year
from include.contract.model import source
from tests.deliveries import LEAST, RECORDS, RETURNS

RETURN_YEAR = 2017  # in every list of codes with years one came later

DECISION = {
    "decision_id": "D1",
    "person_id": "P1",
    "cla_id": "C1",
    "plan_option": "ADOPTION",
    "agreed_date": "2025-06-01",
}
ACTION = {"action_id": "A1", "person_id": "P1", "cla_id": "C1", "discussed_date": "2026-01-10"}
MILESTONE = {
    "milestone_id": "M1",
    "decision_id": "D1",
    "milestone": "LONG_TERM_MATCH_PANEL",
    "planned_date": "2026-01-10",
}
DETAIL = {
    "review_detail_id": "RD1",
    "person_id": "P1",
    "cla_id": "C1",
    "planned_date": "2026-05-01",
    "review_id": "R1",
}
ESCALATION = {"escalation_id": "X1", "person_id": "P1", "raised_by_professional_id": "W1", "raised_date": "2026-01-05"}
STAGE = {"stage_id": "S1", "escalation_id": "X1", "stage_number": "1", "notified_date": "2026-01-05"}
HOUSEHOLD = {"household_id": "H1", "approved_date": "2020-01-05"}
CARER_REVIEW = {"review_id": "FR1", "household_id": "H1", "due_date": "2026-01-05"}
CARE_PLAN = {"lacp_table_id": "CP1", "lacp_person_id": "P1", "lacp_cla_care_plan_start_date": "2025-02-01"}
STATEMENT = {
    "statement_id": "S1",
    "submitted_at": "2026-03-31 10:00:00",
    "app": "ONE",
    "scenario": "WELLBEING",
    "person_id": "P1",
}

# one good record of every table: no rule may fire on these
GOOD = {
    "ssd": {name: LEAST[name] for name in LEAST if name not in {"header", "episodes", "reviews"}}
    | {"cla_care_plan": CARE_PLAN},
    "cssu": {
        "permanence_plan_decisions": DECISION,
        "permanence_actions": ACTION,
        "permanence_milestones": MILESTONE,
        "review_details": DETAIL,
        "escalations": ESCALATION,
        "escalation_stages": STAGE,
        "foster_households": HOUSEHOLD,
        "foster_carer_reviews": CARER_REVIEW,
    },
    "momo": {"statements": STATEMENT},
    **RETURNS,
}
# of the return, all of one child, in the year: its rules hold the modules against each other
_OF_YEAR = {
    "header": {"upn": "A123456789012"},
    "placed_for_adoption": {"date_placed": "01/06/2017", "date_placed_ceased": "01/02/2018"},
    "previous_permanence": {"date_perm": "zz/05/2016"},
    "missing": {"mis_start": "01/06/2017", "mis_end": "02/06/2017"},
    "uasc": {"duc": "05/05/2029"},
}
GOOD["ssda903"] = {
    name: record | {"child": "C1"} | ({"dob": "05/05/2011"} if "dob" in record else {}) | _OF_YEAR.get(name, {})
    for name, record in RETURNS["ssda903"].items()
}
for _source, _tables in RECORDS.items():
    GOOD[_source] |= {name: records[0] for name, records in _tables.items()}


def beside(source_name: str, table_name: str) -> dict[str, str]:
    """The good record of a table once more, under other ids."""
    table = source(source_name).table(table_name)
    ids = {name: f"N{number}9" for number, name in enumerate(table.key) if table.column(name).kind == "id"}
    return GOOD[source_name][table_name] | ids


def spoilt(source_name: str, table_name: str, what: list[str]) -> list[dict]:
    """Records beside the good one that break a structural rule: `what` is its id behind the table."""
    table = source(source_name).table(table_name)
    good, fresh = GOOD[source_name][table_name], beside(source_name, table_name)
    match what:
        case ["key", "missing"]:
            return [fresh | dict.fromkeys((*table.key, *table.stand_in_key), "")]
        case ["key", "repeated"]:
            other = next(
                c for c in table.recorded_columns if c.name not in table.key and c.name not in table.stand_in_key
            )
            return [good | {other.name: "Z99" if other.data_type == "text" else "2001-01-01"}]
        case ["person", "missing"]:
            return [fresh | {table.person: ""}]
        case ["date", "missing"]:
            return [fresh | dict.fromkeys(table.dated_by, "")]
        case ["another_council"]:
            return [fresh | {"la": "Elsewhere"}]
        case ["another_year"]:
            return [fresh | {"year": "1999"}]
        case [column, "not_of_year"]:
            return [fresh | {column: codes_not_of_year(table.column(column).codes, RETURN_YEAR + 1)[0]}]
        case [column, "empty"]:
            return [fresh | {column: ""}]
        case [column, "refers_to_nothing"]:
            return [good | {column: "Z9"}]
        case [column, "unreadable"]:
            return [fresh | {column: "Zorvane Quillibex"}]
    raise AssertionError(f"no way known to make {what} fire")
