"""A council's extract and registers made by hand, child by child, for tests of what the marts say of each situation."""

from collections import defaultdict
from datetime import date, timedelta

from tests.deliveries import LEAST

NIGHT = date(2026, 3, 31)


def ago(days: int) -> str:
    """The day so many days before NIGHT, as an export writes it."""
    return (NIGHT - timedelta(days=days)).isoformat()


class Council:
    """The tables of the case system (`ssd`) and of the registers (`cssu`), for `tests.deliveries.deliver`."""

    def __init__(self):
        self.ssd: dict[str, list[dict]] = defaultdict(list)
        self.cssu: dict[str, list[dict]] = defaultdict(list)

    def child(
        self,
        name,
        *,
        since,
        until="",
        reviews=(),
        period=None,
        born="2015-05-05",
        status="C2",
        placement="U4",
        iro=True,
    ):
        """A child in one placement, under one legal status, from a day to another, with reviews held on days."""
        period = period or f"C-{name}"
        if born is not None:
            self.ssd["person"].append({"pers_person_id": name, "pers_dob": born, "pers_forename": "Zorvane"})
        self._add(
            "cla_episodes",
            clae_cla_episode_id=f"E-{name}",
            clae_person_id=name,
            clae_cla_id=period,
            clae_cla_placement_id=f"PL-{name}",
            clae_cla_episode_start_date=since,
            clae_entered_care_date=since,
            clae_cla_episode_ceased_date=until,
            clae_cla_episode_ceased_reason="E4A" if until else "",
        )
        self._add(
            "cla_placement",
            clap_cla_placement_id=f"PL-{name}",
            clap_cla_id=period,
            clap_person_id=name,
            clap_cla_placement_start_date=since,
            clap_cla_placement_type=placement,
        )
        self._add(
            "legal_status",
            lega_legal_status_id=f"L-{name}",
            lega_person_id=name,
            lega_legal_status=status,
            lega_legal_status_start_date=since,
        )
        for role in ("IRO", "Social Worker") if iro else ("Social Worker",):
            self._add(
                "involvements",
                invo_involvements_id=f"I-{role[0]}-{name}",
                invo_person_id=name,
                invo_professional_role_id=role,
                invo_involvement_start_date=since,
            )
        for number, held in enumerate(reviews, 1):
            self._add(
                "cla_reviews",
                clar_cla_review_id=f"R{number}-{name}",
                clar_cla_id=period,
                clar_cla_review_date=held,
            )

    def plan(self, name, option="LTFOST18", number=1, **values):
        """The `number`-th decision on a plan option of a child, agreed 290 days ago unless said otherwise."""
        self.cssu["permanence_plan_decisions"].append(
            {
                "decision_id": f"D{number}-{name}",
                "person_id": name,
                "cla_id": f"C-{name}",
                "plan_option": option,
                "plan_role": "PRIMARY",
                "agreed_date": ago(290),
            }
            | values
        )

    def milestone(self, name, milestone, **values):
        """A dated step on the way of a child's first decision."""
        self.cssu["permanence_milestones"].append(
            {"milestone_id": f"M-{name}", "decision_id": f"D1-{name}", "milestone": milestone} | values
        )

    def escalation(self, number, name, *, raised, answered=""):
        """A formal escalation with one stage, notified to the team manager on the day it was raised."""
        self.cssu["escalations"].append(
            {
                "escalation_id": f"X{number}",
                "person_id": name,
                "raised_by_professional_id": "W1",
                "raised_date": raised,
                "formal": "Y",
            }
        )
        self.cssu["escalation_stages"].append(
            {
                "stage_id": f"S{number}",
                "escalation_id": f"X{number}",
                "stage_number": "1",
                "notified_date": raised,
                "notified_role": "TEAM_MANAGER",
                "responded_date": answered,
            }
        )

    def on_plan(
        self, name, *, since, until="", born="2015-05-05", expected="", reviewed=(), seen=(), iro=True, plan=None
    ):
        """A child on a child protection plan from a day, with an initial conference on it, review conferences held on
        days, and visits at which the child was seen, alone at the last of them.

        `born` None: the person is there already; `plan` names a second plan of a child.
        """
        plan = plan or name
        if born is not None:
            self.ssd["person"].append(
                {"pers_person_id": name, "pers_dob": born, "pers_expected_dob": expected, "pers_forename": "Zorvane"}
            )
        self.ssd["initial_cp_conference"].append(
            {
                "icpc_icpc_id": f"IC-{plan}",
                "icpc_icpc_meeting_id": f"M0-{plan}",
                "icpc_person_id": name,
                "icpc_icpc_date": since,
                "icpc_icpc_outcome_cp_flag": "Y",
            }
        )
        self.ssd["cp_plans"].append(
            {
                "cppl_cp_plan_id": f"CP-{plan}",
                "cppl_icpc_id": f"IC-{plan}",
                "cppl_person_id": name,
                "cppl_cp_plan_start_date": since,
                "cppl_cp_plan_end_date": until,
                "cppl_cp_plan_initial_category": "NEG",
                "cppl_cp_plan_latest_category": "EMO",
            }
        )
        for number, held in enumerate(reviewed, 1):
            self.ssd["cp_reviews"].append(
                {
                    "cppr_cp_review_id": f"V{number}-{plan}",
                    "cppr_person_id": name,
                    "cppr_cp_plan_id": f"CP-{plan}",
                    "cppr_cp_review_date": held,
                    "cppr_cp_review_meeting_id": f"M{number}-{plan}",
                    "cppr_cp_review_outcome_continue_cp": "Y",
                }
            )
        for number, day in enumerate(seen, 1):
            self.ssd["cp_visits"].append(
                {
                    "cppv_cp_visit_id": f"W{number}-{plan}",
                    "cppv_person_id": name,
                    "cppv_cp_plan_id": f"CP-{plan}",
                    "cppv_cp_visit_date": day,
                    "cppv_cp_visit_seen": "Y",
                    "cppv_cp_visit_seen_alone": "Y" if number == len(seen) else "N",
                }
            )
        for role in ("IRO", "Social Worker") if iro else ("Social Worker",):
            self._add(
                "involvements",
                invo_involvements_id=f"I-{role[0]}-plan-{plan}",
                invo_person_id=name,
                invo_professional_role_id=role,
                invo_involvement_start_date=since,
            )

    def took_part(self, name, meeting, **values):
        """What the register says of a child's part in a conference: 0 is the initial one."""
        self.cssu["conference_participation"].append({"meeting_id": f"M{meeting}-{name}", "person_id": name} | values)

    def _add(self, table, **values):
        self.ssd[table].append(LEAST[table] | values)
