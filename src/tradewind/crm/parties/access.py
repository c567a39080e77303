"""Who sees whom. People of a partner see their own company and colleagues, and no customer of the brand owner."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tradewind.crm.access import (
    EVERYBODY,
    EVERYTHING,
    NOTHING,
    ActionGroup,
    DefaultRule,
    Predicate,
    actors_of_object,
    allow,
    default_rule,
    register,
    whoever_has,
)
from tradewind.crm.access.predicates import either
from tradewind.crm.identity.models import Role, User
from tradewind.crm.identity.models.holding import Source, roles_come_from
from tradewind.crm.parties.actors import ORGANISATION, is_served_by
from tradewind.crm.parties.models import (
    Ancestry,
    ConsentRecord,
    Customer,
    CustomerActivity,
    EndCustomer,
    Membership,
    MembershipRole,
    Organisation,
    Person,
    SavedView,
    Supply,
    Territory,
    TerritoryArea,
    TerritoryHolder,
)

BRAND_OWNER_ROLES = (
    Role.MARKETING_PROFESSIONAL,
    Role.INTERACTION_CENTRE_AGENT,
    Role.INTERACTION_CENTRE_MANAGER,
    Role.CHANNEL_MANAGER,
    Role.FINANCE,
    Role.ADMINISTRATOR,
)
CUSTOMER_ROLES = (
    Role.MARKETING_PROFESSIONAL,
    Role.INTERACTION_CENTRE_AGENT,
    Role.INTERACTION_CENTRE_MANAGER,
    Role.ADMINISTRATOR,
)


def own_company(user: User) -> QuerySet[Membership, Any]:
    """The organisation that a person acts for now, as ids."""
    return Membership.objects.acting().filter(user=user).values("organisation")


def organisations(user: User) -> Q:
    return EVERYTHING if user.has_role(*BRAND_OWNER_ROLES) else Q(pk__in=own_company(user))


def memberships(user: User) -> Q:
    """Those of the own company, and one's own at others: between them a person switches."""
    if user.has_role(*BRAND_OWNER_ROLES):
        return EVERYTHING
    return Q(organisation__in=own_company(user)) | Q(user=user, until_date=None)


def roles_at_companies(user: User) -> Q:
    """Those of the people of the own company, and one's own at others."""
    if user.has_role(*BRAND_OWNER_ROLES):
        return EVERYTHING
    own = Q(membership__user=user, membership__until_date=None)
    return Q(membership__organisation__in=own_company(user)) | own


def users(user: User) -> Q:
    """Oneself, the colleagues of today, and everybody for the brand owner's people."""
    if user.has_role(*BRAND_OWNER_ROLES):
        return EVERYTHING
    colleagues = Membership.objects.current().filter(organisation__in=own_company(user))
    return Q(pk=user.pk) | Q(pk__in=colleagues.values("user"))


def persons(user: User) -> Q:
    return Q(customer__isnull=False) if user.has_role(*CUSTOMER_ROLES) else NOTHING


def whoever_stands_at(*columns: str) -> Predicate:
    """Rows about an organisation: all of them for the brand owner's people, those of their own company for others."""

    def predicate(user: User) -> Q:
        if user.has_role(*BRAND_OWNER_ROLES):
            return EVERYTHING
        return either(*(Q(**{f"{column}__in": own_company(user)}) for column in columns))

    return predicate


def saved_views(user: User) -> Q:
    """One's own of the company that one acts for, and those that its people share."""
    return Q(organisation__in=own_company(user)) & (Q(owner=user) | Q(is_shared=True))


register(SavedView, saved_views)
register(User, users)
register(Organisation, organisations)
register(Membership, memberships)
register(MembershipRole, roles_at_companies)
roles_come_from(
    Source(MembershipRole, "membership__user", MembershipRole.objects.counting, place="membership__organisation")
)
register(Person, persons)
register(Customer, whoever_has(*CUSTOMER_ROLES))
register(CustomerActivity, whoever_has(*CUSTOMER_ROLES))
register(ConsentRecord, whoever_has(*CUSTOMER_ROLES))
register(Ancestry, whoever_stands_at("ancestor", "descendant"))
register(Supply, whoever_stands_at("supplier", "buyer"))
register(EndCustomer, whoever_stands_at("partner"))
register(TerritoryHolder, whoever_stands_at("organisation"))
register(Territory, whoever_has(*BRAND_OWNER_ROLES))
register(TerritoryArea, whoever_has(*BRAND_OWNER_ROLES))

actors_of_object(Customer, "everybody", kind=EVERYBODY, label=_("everybody"))
actors_of_object(
    Customer,
    "serving_partner",
    kind=ORGANISATION,
    label=_("the partners whose end customer it is"),
    column="id",
    hops=(is_served_by,),
)
default_rule(
    DefaultRule(
        code="customer-of-company",
        model=Customer,
        names=("End customers of the user's company", "Clienții finali ai companiei utilizatorului"),
        of_user="company",
        of_object="serving_partner",
        rights={
            Role.PARTNER_MANAGER: (ActionGroup.READ, ActionGroup.WRITE, ActionGroup.EXPORT),
            Role.PARTNER_EMPLOYEE: (ActionGroup.READ,),
        },
    )
)
allow("customer.create", Role.PARTNER_MANAGER)
