"""The promise that no mart but child_identity says who a child is, or what somebody wrote about one."""

from expectations.rule import Rule

NAMES_OF_STAFF = (
    "breakdown_label",
    "iro_name",
    "open_escalation_with_name",
    "owner_name",
    "parent_team_name",
    "professional_name",
    "service_manager_name",
    "social_worker_name",
    "team_manager_name",
    "team_name",
)
"""Columns that name professionals and teams, who may be called as a child is."""

RULES = [
    Rule(
        "marts.publication.personal_text",
        "critical",
        "A column of a mart says a child's name, a postcode, or a text of many words",
        "Take the column out of the mart, or mark it store: never in the contract where it comes from; where a code "
        "list or a label is at fault, give it other words",
        "select mart || '|' || of_column || '|' || what as record_key "
        "from quality.personal_texts('{marts}', array[" + ", ".join(f"'{column}'" for column in NAMES_OF_STAFF) + "])",
        owner="data engineer",
        source="design, what never leaves: names live in child_identity alone",
    ),
]
