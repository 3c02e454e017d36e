"""Promises of the facts and dimensions: what they refer to is there, and their clocks add up."""

from expectations.rule import Rule

DEFECT = "A defect of the models: say which build, and look at the keys in quality.publication_failure"


def _known_child(fact: str, key: str) -> Rule:
    return Rule(
        f"marts.{fact}.child_unknown",
        "critical",
        f"A row of {fact} names a child that is not in dim_child",
        DEFECT,
        f"select f.{key} as record_key from {{marts}}.{fact} as f where f.child_ref is not null "
        "and not exists (select from {marts}.dim_child as c where c.child_ref = f.child_ref)",
        owner="data engineer",
        source="promise to the reader: a child that is named can be looked up",
    )


RULES = [
    _known_child("fct_cic_review", "cic_review_key"),
    _known_child("fct_cic_review_clock", "review_clock_key"),
    _known_child("fct_permanence_plan", "decision_id"),
    _known_child("fct_permanence_milestone", "milestone_id"),
    _known_child("fct_permanence_action", "action_id"),
    _known_child("fct_escalation", "escalation_id"),
    _known_child("fct_escalation_stage", "stage_id"),
    _known_child("fct_statement", "statement_id"),
    _known_child("fct_private_fostering", "arrangement_id"),
    _known_child("fct_private_fostering_visit", "visit_id"),
    _known_child("fct_advocacy_referral", "referral_id"),
    _known_child("fct_independent_visitor", "match_id"),
    _known_child("fct_review_action", "action_id"),
    _known_child("fct_meeting_change", "change_id"),
    _known_child("fct_special_review_child", "special_review_id"),
    _known_child("fct_scrutiny", "scrutiny_id"),
    _known_child("fct_cp_conference", "cp_conference_key"),
    _known_child("fct_conference_participation", "conference_participation_key"),
    _known_child("fct_cp_plan", "cp_plan_id"),
    _known_child("fct_care_period", "care_period_id"),
    _known_child("fct_legal_status", "legal_spell_key"),
    _known_child("fct_placement", "placement_id"),
    _known_child("fct_allocation", "involvement_id"),
    _known_child("fct_visit", "visit_key"),
    _known_child("fct_iro_contact", "contact_id"),
    _known_child("fct_missing", "missing_id"),
    Rule(
        "marts.fct_cic_review.due_date_missing",
        "critical",
        "A review has no due date: its clock could not be run",
        "Extend int_calendar__days, which runs from 1985 to 2035; or correct the start of the period of care",
        "select r.cic_review_key as record_key from {marts}.fct_cic_review as r where r.due_date is null "
        # but for the first review seen of a period that began before reviews can be known: it is not judged
        "and not exists (select from {intermediate}.int_reviews__clock as c where c.care_period_id = r.care_period_id "
        "and c.review_number = r.review_number and c.began_before_known and c.runs_from is null "
        "and c.held_date is not null)",
        owner="data engineer",
        source="CPPCR regulation 33: every review has a day by which it is due",
    ),
    Rule(
        "marts.fct_cic_review_clock.review_unknown",
        "critical",
        "A clock names a child in care review that is not in fct_cic_review",
        DEFECT,
        "select c.review_clock_key as record_key from {marts}.fct_cic_review_clock as c "
        "where c.cic_review_key is not null and not exists "
        "(select from {marts}.fct_cic_review as r where r.cic_review_key = c.cic_review_key)",
        owner="data engineer",
        source="promise to the reader: what a row refers to is there",
    ),
    Rule(
        "marts.dim_date.day_missing",
        "critical",
        "The calendar does not reach a year beyond the day the figures speak of",
        "Extend int_calendar__days and the seed bank_holiday (python -m include.calendar.bank_holidays)",
        "select 1 as failing where not exists "
        "(select from {marts}.dim_date where calendar_date = ({as_at} + interval '1 year')::date)",
        owner="data engineer",
        scope="table",
        source="promise to the reader: every clock runs to its end",
    ),
    Rule(
        "marts.publication_source.nightly_source_old",
        "warning",
        "A nightly source has not delivered for the night",
        "Have the export of that source delivered; its figures are as old as the publication says",
        "select source as record_key from {marts}.publication_source "
        "where source in ('ssd', 'cssu', 'momo') and newest_batch_date < {known_on}",
        owner="data engineer",
        source="promise to the reader: how fresh each source is",
    ),
    Rule(
        "marts.fct_permanence_plan.period_unknown",
        "warning",
        "A decision on a plan belongs to no period of care that the source of care shows",
        "Correct the period of care in the register",
        "select p.decision_id as record_key, p.child_ref from {marts}.fct_permanence_plan as p "
        "where p.days_to_agree is null "
        "and p.agreed_date >= (select min(from_day) from {intermediate}.int_run__care_coverage)",
        owner="independent reviewing officer",
        source="definitions, plans for permanence: a plan is of a period of care",
        child="child_ref",
    ),
]
