"""Business rules of cssu.iro_contacts."""

from expectations.recurring import IRO, not_after_export, of_the_service
from expectations.rule import Rule

RULES = [
    not_after_export(
        "cssu.iro_contacts",
        "after_export",
        ("contact_date",),
        "A contact is dated after the day the register speaks of",
        owner=IRO,
    ),
    Rule(
        "cssu.iro_contacts.seen_alone_by_text",
        "warning",
        "A child was seen alone by phone or text",
        "Correct how the contact was made, or whether the child was seen",
        """
        select _file, _record, 'child_seen_alone' as column_name from {this}
        where method in ('PHONE', 'TEXT') and child_seen_alone = 'Y'
        """,
        owner=IRO,
        source="this project: nobody is seen by phone",
    ),
    of_the_service(
        "cssu.iro_contacts",
        "by_no_iro",
        "professional_id",
        "t.contact_date >= (select min(from_date) from {iro_posts})",
        "A contact of an IRO was made by somebody who never held an IRO's post",
        "Correct in the register who made it, or enter the post",
        "local sources: the contact of an IRO with a child",
        owner=IRO,
    ),
]
