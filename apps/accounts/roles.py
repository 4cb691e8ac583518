"""Who may do what: four roles, one table of rights, and what each page of the staff needs.

Nothing else decides: there are no groups, no stored permissions and no superuser. What is in no table is refused.
"""

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    FREELANCER = "freelancer", _("Freelancer")
    SUPPORT = "support", _("Support agent")
    ANALYST = "analyst", _("Analyst")
    ADMINISTRATOR = "administrator", _("Administrator")


class Right(TextChoices):
    """What staff may see and do. Letters, postings and secrets are shown to none of them."""

    SEE_NUMBERS = "see_numbers", _("See how many and how much: jobs, matches, states of proposals, drafts")
    SEE_COSTS = "see_costs", _("See what AI has cost")
    SEE_PEOPLE = "see_people", _("See who people are: address, state, what is filled in")
    SEE_WORK = "see_work", _("See people’s searches, connections and messages, and what holds them up")
    SEE_AUDIT = "see_audit", _("See the audit trail: what happened when")
    SEE_AUDIT_DETAILS = "see_audit_details", _("See values, addresses and browsers in the audit trail")
    ACT_FOR = "act_for", _("Act for a freelancer, with a reason")
    CHANGE_PEOPLE = "change_people", _("Add people, change their role, switch them off")
    CHANGE_SCHEDULE = "change_schedule", _("Switch periodic work on and off")


RIGHTS: Final[dict[Role, frozenset[Right]]] = {
    Role.FREELANCER: frozenset(),
    Role.SUPPORT: frozenset(
        {Right.SEE_NUMBERS, Right.SEE_PEOPLE, Right.SEE_WORK, Right.SEE_AUDIT, Right.ACT_FOR},
    ),
    Role.ANALYST: frozenset({Right.SEE_NUMBERS, Right.SEE_COSTS}),
    Role.ADMINISTRATOR: frozenset(Right),
}
STAFF: Final = frozenset(role for role, rights in RIGHTS.items() if rights)


@dataclass(frozen=True, slots=True)
class Needs:
    """The rights that a table of the admin asks for; `change` is None where nobody changes anything."""

    see: Right
    change: Right | None = None


TABLES: Final[dict[str, Needs]] = {
    "account.emailaddress": Needs(Right.SEE_PEOPLE),
    "accounts.auditentry": Needs(Right.SEE_AUDIT),
    "accounts.erasure": Needs(Right.SEE_PEOPLE),
    "accounts.export": Needs(Right.SEE_PEOPLE),
    "accounts.profile": Needs(Right.SEE_PEOPLE),
    "accounts.secretkey": Needs(Right.SEE_WORK),
    "accounts.settings": Needs(Right.SEE_PEOPLE),
    "accounts.user": Needs(Right.SEE_PEOPLE, Right.CHANGE_PEOPLE),
    "ai.generation": Needs(Right.SEE_NUMBERS),
    "ai.ledgerentry": Needs(Right.SEE_COSTS),
    "core.policyreport": Needs(Right.SEE_AUDIT),
    "django_celery_beat.periodictask": Needs(Right.CHANGE_SCHEDULE, Right.CHANGE_SCHEDULE),
    "jobs.job": Needs(Right.SEE_NUMBERS),
    "jobs.match": Needs(Right.SEE_NUMBERS),
    "jobs.savedsearch": Needs(Right.SEE_WORK),
    "mfa.authenticator": Needs(Right.SEE_PEOPLE),
    "notifications.delivery": Needs(Right.SEE_WORK),
    "proposals.approval": Needs(Right.SEE_NUMBERS),
    "proposals.proposal": Needs(Right.SEE_NUMBERS),
    "proposals.statuschange": Needs(Right.SEE_NUMBERS),
    "socialaccount.socialaccount": Needs(Right.SEE_PEOPLE),
    "upwork.connection": Needs(Right.SEE_WORK),
}
# Pages of the staff that are no table, by the name of their address; None is for every member of staff.
PAGES: Final[dict[str, Right | None]] = {
    "admin:act-for": Right.ACT_FOR,
    "admin:roles": None,
    "pages:gallery": None,
}


def can(user: Any, right: Right) -> bool:
    """May this person do that? Nobody who is switched off or not signed in may do anything."""
    role = getattr(user, "role", Role.FREELANCER)
    return bool(getattr(user, "is_active", False)) and right in RIGHTS[Role(role)]


def may_open(user: Any, page: str) -> bool:
    """May this person open the page of that name?"""
    needed = PAGES[page]
    return can(user, needed) if needed else bool(user.is_active and user.role in STAFF)


def has_permission(user: Any, permission: str) -> bool:
    """Django's question, like `jobs.view_job`, answered from the tables."""
    app, _dot, words = permission.partition(".")
    verb, _line, model = words.partition("_")
    needs = TABLES.get(f"{app}.{model}")
    if needs is None:
        return False
    right = needs.see if verb == "view" else needs.change
    return right is not None and can(user, right)


def has_app(user: Any, app: str) -> bool:
    """Whether anything of an app stands on this person's list."""
    return any(can(user, needs.see) for table, needs in TABLES.items() if table.startswith(f"{app}."))
