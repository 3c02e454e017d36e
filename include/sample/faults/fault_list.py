"""Every fault there is, by table. The README of include/sample lists them for those who look for one."""

from collections.abc import Callable, Sequence

from include.sample.faults.fault_kinds import (
    another,
    changed_sex,
    cut,
    cut_between_records,
    days_from,
    days_from_the_night,
    every_other_record,
    header_again,
    header_alone,
    in_care,
    is_filled,
    is_open,
    left_out,
    nul_byte,
    open_past_18,
    overlapping_statuses,
    participation_against_age,
    review_before_birth,
    set_fields,
    shifted_columns,
    twice,
)
from include.sample.faults.planting import Fault, Plot

_NOBODY = "999999999"


def _records(table: str, *faults: tuple[str, str, Callable[[Plot], None]]) -> list[Fault]:
    return [Fault(name, table, words, change=change) for name, words, change in faults]


_EPISODE_END, _EPISODE_REASON = "clae_cla_episode_ceased_date", "clae_cla_episode_ceased_reason"

FAULTS: tuple[Fault, ...] = (
    *_records(
        "ssd.person",
        ("born_after_export", "date of birth after the night", days_from_the_night("pers_dob", 30)),
        ("changed_sex", "another sex than the night before", changed_sex),
        (
            "changed_date_of_birth",
            "another date of birth than the night before",
            set_fields(is_filled("pers_dob"), pers_dob="2013-07-01"),
        ),
        ("impossible_date", "a date of birth that is no day", set_fields(is_filled("pers_dob"), pers_dob="31/02/2015")),
        ("sex_unknown", "a sex that is no code", set_fields(pers_sex="X9")),
        ("ethnicity_unknown", "an ethnicity that is no code", set_fields(pers_ethnicity="ZZZZ")),
        ("duplicate_key", "a person twice, with another forename", twice(pers_forename="Zorquin")),
        ("key_missing", "a person without an id", set_fields(pers_person_id="")),
        ("name_for_an_id", "a name where the id belongs", set_fields(pers_person_id="Zorvane Quillibex")),
        ("orphan", "the record of a child in care missing", left_out(in_care)),
        (
            "formula_in_a_cell",
            "a formula at the start of a cell",
            set_fields(pers_nationality='=HYPERLINK("http://invalid","x")'),
        ),
    ),
    *_records(
        "ssd.cla_episodes",
        (
            "end_before_start",
            "an episode that ends before it starts",
            days_from(_EPISODE_END, -3, "clae_cla_episode_start_date"),
        ),
        (
            "overlapping_episodes",
            "two open episodes of a period",
            another("clae_cla_episode_id", is_open(_EPISODE_END)),
        ),
        ("open_past_18", "a period of care still open past the 18th birthday", open_past_18),
        ("episode_reason_unknown", "a start reason that is no code", set_fields(clae_cla_episode_start_reason="Q")),
        (
            "ended_without_a_reason",
            "an episode that ended for no reason",
            set_fields(is_filled(_EPISODE_REASON), **{_EPISODE_REASON: ""}),
        ),
        (
            "open_with_a_reason",
            "an open episode with a reason for its end",
            set_fields(is_open(_EPISODE_END), **{_EPISODE_REASON: "E4A"}),
        ),
        ("episode_without_person", "an episode of nobody", set_fields(clae_person_id="")),
        ("episode_of_unknown_person", "an episode of a person who is not there", set_fields(clae_person_id=_NOBODY)),
        (
            "entered_care_later",
            "care entered after the episode began",
            days_from("clae_entered_care_date", 40, "clae_cla_episode_start_date"),
        ),
    ),
    *_records(
        "ssd.cla_placement",
        ("placement_type_unknown", "a placement type that is no code", set_fields(clap_cla_placement_type="U9")),
        (
            "placement_ends_before_start",
            "a placement that ends before it starts",
            days_from("clap_cla_placement_end_date", -5, "clap_cla_placement_start_date"),
        ),
        ("distance_unreadable", "a distance in words", set_fields(clap_cla_placement_distance="far")),
    ),
    *_records(
        "ssd.legal_status",
        ("overlapping_statuses", "two legal statuses at a time", overlapping_statuses),
        ("legal_status_unknown", "a legal status that is no code", set_fields(lega_legal_status="Q7")),
        ("legal_status_missing", "a spell of no status", set_fields(lega_legal_status="")),
    ),
    *_records(
        "ssd.cla_reviews",
        ("review_before_birth", "a review held before the child was born", review_before_birth),
        ("review_after_export", "a review held after the night", days_from_the_night("clar_cla_review_date", 20)),
        ("participation_against_age", "a child under four who speaks for itself", participation_against_age),
        (
            "participation_missing",
            "a review without participation",
            set_fields(is_filled("clar_cla_review_participation"), clar_cla_review_participation=""),
        ),
        ("review_of_unknown_period", "a review of a period that is not there", set_fields(clar_cla_id=_NOBODY)),
        ("month_thirteen", "a due date in month 13", set_fields(clar_cla_review_due_date="2025-13-01")),
    ),
    *_records(
        "ssd.cla_visits",
        ("visit_after_export", "a visit after the night", days_from_the_night("clav_cla_visit_date", 9)),
        (
            "seen_alone_not_seen",
            "a child seen alone and not seen",
            set_fields(clav_cla_visit_seen="N", clav_cla_visit_seen_alone="Y"),
        ),
        ("flag_unknown", "a flag that is neither yes nor no", set_fields(clav_cla_visit_seen="perhaps")),
    ),
    *_records(
        "ssd.involvements",
        (
            "involvement_ends_before_start",
            "an involvement that ends before it starts",
            days_from("invo_involvement_end_date", -2, "invo_involvement_start_date"),
        ),
        (
            "unknown_professional",
            "an involvement of a professional who is not there",
            set_fields(invo_professional_id=_NOBODY),
        ),
    ),
    *_records(
        "ssd.cp_plans",
        (
            "plan_ends_before_start",
            "a child protection plan that ends before it starts",
            days_from("cppl_cp_plan_end_date", -7, "cppl_cp_plan_start_date"),
        ),
        ("category_unknown", "a category of abuse that is no code", set_fields(cppl_cp_plan_latest_category="XXX")),
    ),
    *_records(
        "ssd.initial_cp_conference",
        (
            "conference_before_enquiry",
            "a conference long before its target date",
            days_from("icpc_icpc_date", -90, "icpc_icpc_target_date"),
        ),
    ),
    *_records(
        "cssu.permanence_plan_decisions",
        ("plan_without_option", "a plan without an option", set_fields(plan_option="")),
        ("option_unknown", "a plan option that is no code", set_fields(plan_option="FOREVER")),
        (
            "agreed_before_proposed",
            "a plan agreed before it was proposed",
            days_from("agreed_date", -12, "proposed_date"),
        ),
        ("ended_without_reason", "a plan that ended for no reason", set_fields(is_filled("end_reason"), end_reason="")),
        ("plan_of_unknown_period", "a plan for a period of care that is not there", set_fields(cla_id=_NOBODY)),
    ),
    *_records(
        "cssu.permanence_actions",
        (
            "done_before_discussed",
            "an action done before it was discussed",
            days_from("done_date", -4, "discussed_date"),
        ),
    ),
    *_records(
        "cssu.permanence_milestones",
        ("milestone_of_unknown_plan", "a step towards a plan that is not there", set_fields(decision_id=_NOBODY)),
    ),
    *_records(
        "cssu.review_details",
        ("held_after_export", "a review of the register held after the night", days_from_the_night("held_date", 15)),
        ("planned_date_missing", "a review planned for no day", set_fields(planned_date="")),
    ),
    *_records(
        "cssu.escalation_stages",
        (
            "answered_before_notified",
            "a stage answered before the manager was notified",
            days_from("responded_date", -6, "notified_date"),
        ),
        (
            "stage_of_unknown_escalation",
            "a stage of an escalation that is not there",
            set_fields(escalation_id=_NOBODY),
        ),
        ("stage_number_in_words", "a stage number in words", set_fields(stage_number="two")),
    ),
    *_records(
        "cssu.foster_carer_reviews",
        ("review_of_unknown_household", "a review of a household that is not there", set_fields(household_id=_NOBODY)),
    ),
    *_records(
        "cssu.compliance_forms",
        ("form_twice", "a compliance form twice, with other answers", twice(voice_heard="NA", child_invited="NA")),
    ),
    *_records("cssu.iro_posts", ("hours_in_words", "full-time equivalent in words", set_fields(fte_total="full"))),
    *_records(
        "momo.statements",
        (
            "read_before_sent",
            "a statement read before it was sent",
            set_fields(is_filled("read_at"), read_at="2017-01-01 09:00:00"),
        ),
        ("scenario_unknown", "a scenario that is no code", set_fields(scenario="SOMETHING_NEW")),
        (
            "statement_of_unknown_person",
            "a statement of a person who is not there",
            set_fields(is_filled("person_id"), person_id=_NOBODY),
        ),
        (
            "sent_outside_the_period",
            "a statement sent on another day than the delivery speaks for",
            set_fields(submitted_at="2017-01-01 08:00:00"),
        ),
    ),
    Fault(
        "truncated_file",
        "ssd.cla_visits",
        "a file half copied: its manifest promises the whole",
        of_file=cut,
        unpromised=True,
    ),
    Fault("truncated_export", "cssu.iro_contacts", "an export that broke off inside a record", of_file=cut),
    Fault(
        "cut_between_records",
        "cssu.review_actions",
        "a file cut after a whole record",
        of_file=cut_between_records,
        unpromised=True,
    ),
    Fault("shifted_columns", "ssd.involvements", "columns shifted by one from the middle on", of_file=shifted_columns),
    Fault(
        "wrong_encoding",
        "ssd.department",
        "a file in UTF-16",
        of_file=lambda content, before: content.decode().encode("utf-16"),
    ),
    Fault("nul_byte", "cssu.scrutiny", "a NUL byte at the end of a record", of_file=nul_byte),
    Fault("header_again", "cssu.foster_households", "the header again in the middle", of_file=header_again),
    Fault("half_the_rows", "ssd.cla_episodes", "a day with half the records missing", of_file=every_other_record),
    Fault("no_rows", "cssu.review_details", "a day with a header and no record", of_file=header_alone),
    Fault(
        "previous_days_file",
        "ssd.cla_visits",
        "a day with the file of the day before",
        of_file=lambda content, before: before,
    ),
    Fault("missing_file", "ssd.cla_reviews", "a day without the file", of_file=lambda content, before: b""),
)


def faults(names: Sequence[str]) -> list[Fault]:
    """The faults of those names, in the order of FAULTS; `all` is every one that a record can have.

    Raises ValueError for a name that is none.
    """
    known = {fault.name: fault for fault in FAULTS}
    unknown = [name for name in names if name not in known and name != "all"]
    if unknown:
        raise ValueError(f"FAULTS={','.join(unknown)}: no such fault. There are: all, {', '.join(known)}")
    return [fault for fault in FAULTS if fault.name in names or ("all" in names and fault.change)]
