"""Who sees whom. People of a partner see their own company and colleagues, and no customer of the brand owner."""

from django.db.models import Q

from tradewind.crm.access import EVERYTHING, NOTHING, Predicate, register, whoever_has
from tradewind.crm.access.predicates import either
from tradewind.crm.identity.models import Role, User
from tradewind.crm.parties import actors  # noqa: F401 (declares what a user is)
from tradewind.crm.parties.models import (
    Ancestry,
    ConsentRecord,
    Customer,
    CustomerActivity,
    EndCustomer,
    Membership,
    Organisation,
    Person,
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


def own_organisations(user: User) -> Q:
    """The organisations a person works for today."""
    return Q(pk__in=Membership.objects.current().filter(user=user).values("organisation"))


def organisations(user: User) -> Q:
    return EVERYTHING if user.has_role(*BRAND_OWNER_ROLES) else own_organisations(user)


def memberships(user: User) -> Q:
    if user.has_role(*BRAND_OWNER_ROLES):
        return EVERYTHING
    return Q(organisation__in=Membership.objects.current().filter(user=user).values("organisation"))


def users(user: User) -> Q:
    """Oneself, the colleagues of today, and everybody for the brand owner's people."""
    if user.has_role(*BRAND_OWNER_ROLES):
        return EVERYTHING
    mine = Membership.objects.current().filter(user=user).values("organisation")
    return Q(pk=user.pk) | Q(pk__in=Membership.objects.current().filter(organisation__in=mine).values("user"))


def persons(user: User) -> Q:
    return Q(customer__isnull=False) if user.has_role(*CUSTOMER_ROLES) else NOTHING


def whoever_stands_at(*columns: str) -> Predicate:
    """Rows about an organisation: all of them for the brand owner's people, those of their own company for others."""

    def predicate(user: User) -> Q:
        if user.has_role(*BRAND_OWNER_ROLES):
            return EVERYTHING
        mine = Membership.objects.current().filter(user=user).values("organisation")
        return either(*(Q(**{f"{column}__in": mine}) for column in columns))

    return predicate


register(User, users)
register(Organisation, organisations)
register(Membership, memberships)
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
