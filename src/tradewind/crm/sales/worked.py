"""The actors of whatever a partner works on, the rights of the published role matrix to it, and its timeline."""

from __future__ import annotations

from typing import Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.access import (
    EVERYBODY,
    EVERYTHING,
    PERSON,
    ActionGroup,
    DefaultRule,
    actors_of_object,
    allow,
    default_rule,
    register,
    scope,
)
from tradewind.crm.access.fields import name_if_seen
from tradewind.crm.identity.models import Role, User
from tradewind.crm.parties.access import BRAND_OWNER_ROLES, own_company
from tradewind.crm.parties.actors import ORGANISATION, belongs_to_group
from tradewind.crm.sales.models.worked import Worked, WorkedActivity

READ: Final = ActionGroup.READ
WRITE: Final = ActionGroup.WRITE
EXPORT: Final = ActionGroup.EXPORT
EVERY_ACTION: Final = tuple(ActionGroup)


def declare_actors(model: type[Worked]) -> None:
    """Partner, corporate partner, assigned employee, and who brought it in; each named to those who may see them."""
    actors_of_object(model, "everybody", kind=EVERYBODY, label=_("everybody"))
    actors_of_object(model, "partner", kind=ORGANISATION, label=_("its partner"), column="partner")
    actors_of_object(
        model,
        "corporate_partner",
        kind=ORGANISATION,
        label=_("the head of its partner's corporate group"),
        column="partner",
        hops=(belongs_to_group,),
    )
    actors_of_object(model, "employee", kind=PERSON, label=_("the employee it is assigned to"), column="assigned_to")
    actors_of_object(model, "creator", kind=PERSON, label=_("who created it"), column="created_by")
    actors_of_object(
        model,
        "creating_company",
        kind=ORGANISATION,
        label=_("the company that created it"),
        column="created_by_company",
    )
    name_if_seen(model, "partner", "created_by_company", "assigned_to", "created_by")


def declare_matrix(model: type[Worked], english: str, romanian: tuple[str, str, str, str]) -> None:
    """Managers work on all of their company, employees see all and edit their own; deleted is only what one made.

    Args:
        model: Of which objects.
        english: What they are called in the names of the rules: "leads".
        romanian: The four names in Romanian: all, the company's, the user's, made by the company.
    """
    name = model._meta.model_name
    every, of_company, assigned, created = romanian
    kind = english.capitalize()
    default_rule(
        DefaultRule(
            code=f"{name}-all",
            model=model,
            names=(f"All {english}", every),
            of_user="everybody",
            of_object="everybody",
            rights={Role.CHANNEL_MANAGER: EVERY_ACTION, Role.ADMINISTRATOR: (READ,)},
        )
    )
    default_rule(
        DefaultRule(
            code=f"{name}-of-company",
            model=model,
            names=(f"{kind} of the user's company", of_company),
            of_user="company",
            of_object="partner",
            rights={Role.PARTNER_MANAGER: (READ, WRITE, EXPORT), Role.PARTNER_EMPLOYEE: (READ,)},
        )
    )
    default_rule(
        DefaultRule(
            code=f"{name}-assigned",
            model=model,
            names=(f"{kind} assigned to the user", assigned),
            of_user="oneself",
            of_object="employee",
            rights={Role.PARTNER_EMPLOYEE: (WRITE,)},
        )
    )
    default_rule(
        DefaultRule(
            code=f"{name}-created-by-company",
            model=model,
            names=(f"{kind} created by the user's company", created),
            of_user="company",
            of_object="creating_company",
            rights={Role.PARTNER_MANAGER: (ActionGroup.DELETE,)},
        )
    )


def declare_doing(model: type[Worked], *creators: Role) -> None:
    """Who brings new ones in (`lead.create`), and who hands them to others (`lead.assign`)."""
    name = model._meta.model_name
    allow(f"{name}.create", *creators)
    allow(f"{name}.assign", Role.CHANNEL_MANAGER, Role.PARTNER_MANAGER)


def declare_timeline(link: type[WorkedActivity], model: type[Worked]) -> None:
    """What happened is seen with the record, by a partner what happened while it was theirs."""

    def predicate(user: User) -> Q:
        seen = Q(**{f"{model._meta.model_name}__in": scope(user, model).order_by().values("pk")})
        theirs = EVERYTHING if user.has_role(*BRAND_OWNER_ROLES) else Q(partner__in=own_company(user))
        return seen & theirs

    register(link, predicate)
