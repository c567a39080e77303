"""Who sees partners: channel managers all, a partner manager the own company; what hangs on one is seen with it."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tradewind.crm.access import (
    EVERYBODY,
    EVERYTHING,
    NOTHING,
    PERSON,
    ActionGroup,
    DefaultRule,
    Predicate,
    actors_of_object,
    default_rule,
    object_filter,
    register,
    scope,
    whoever_has,
)
from tradewind.crm.channel.models import (
    Approval,
    AreaPlace,
    Authorisation,
    CampaignLetter,
    CampaignMaterial,
    Certificate,
    Certification,
    Contract,
    ContractDocument,
    Goal,
    ImportLine,
    Invitation,
    Notice,
    OnboardingStep,
    Partner,
    PartnerActivity,
    PartnerCampaign,
    PartnerImport,
    PartnerStatus,
    PartnerType,
    Programme,
    Registration,
    Status,
    StoreEntry,
    Tier,
    TierCriterion,
)
from tradewind.crm.channel.notices import for_partner
from tradewind.crm.identity.models import Role, User
from tradewind.crm.parties.access import BRAND_OWNER_ROLES, own_company
from tradewind.crm.parties.actors import ORGANISATION, belongs_to_group

actors_of_object(Partner, "everybody", kind=EVERYBODY, label=_("everybody"))
actors_of_object(Partner, "itself", kind=ORGANISATION, label=_("the partner itself"), column="organisation")
actors_of_object(
    Partner,
    "corporate_partner",
    kind=ORGANISATION,
    label=_("the head of the partner's corporate group"),
    column="organisation",
    hops=(belongs_to_group,),
)
actors_of_object(
    Partner, "channel_manager", kind=PERSON, label=_("the channel manager who looks after it"), column="looked_after_by"
)
object_filter(
    Partner,
    "active",
    label=_("are active"),
    condition=lambda: Q(pk__in=PartnerStatus.objects.current().filter(status=Status.ACTIVE).values("partner")),
)

default_rule(
    DefaultRule(
        code="partner-all",
        model=Partner,
        names=("All partners", "Toți partenerii"),
        of_user="everybody",
        of_object="everybody",
        rights={Role.CHANNEL_MANAGER: tuple(ActionGroup), Role.ADMINISTRATOR: (ActionGroup.READ,)},
    )
)
default_rule(
    DefaultRule(
        code="partner-own-company",
        model=Partner,
        names=("The user's company as a partner", "Compania utilizatorului ca partener"),
        of_user="company",
        of_object="itself",
        rights={Role.PARTNER_MANAGER: (ActionGroup.READ,)},
    )
)


def with_the_partner(column: str = "partner") -> Predicate:
    """What hangs on a partner is seen by whoever sees the partner."""

    def predicate(user: User) -> Q:
        return Q(**{f"{column}__in": scope(user, Partner).order_by().values("pk")})

    return predicate


register(PartnerStatus, with_the_partner())
register(PartnerActivity, with_the_partner())
register(OnboardingStep, with_the_partner())
register(Invitation, with_the_partner())
for model in (Authorisation, Certificate, Contract, Goal, StoreEntry):
    register(model, with_the_partner())
register(ContractDocument, with_the_partner("contract__partner"))
register(Registration, whoever_has(Role.CHANNEL_MANAGER, Role.ADMINISTRATOR))
register(Approval, whoever_has(Role.CHANNEL_MANAGER, Role.ADMINISTRATOR))
register(PartnerImport, whoever_has(Role.CHANNEL_MANAGER))
register(ImportLine, whoever_has(Role.CHANNEL_MANAGER))
register(PartnerType, whoever_has(*BRAND_OWNER_ROLES))
register(Programme, whoever_has(*BRAND_OWNER_ROLES))
for listed in (AreaPlace, Certification, Tier, TierCriterion):
    register(listed, whoever_has(*BRAND_OWNER_ROLES, Role.PARTNER_MANAGER, Role.PARTNER_EMPLOYEE))

# --- Campaigns that partners run

actors_of_object(PartnerCampaign, "everybody", kind=EVERYBODY, label=_("everybody"))
actors_of_object(PartnerCampaign, "partner", kind=ORGANISATION, label=_("its partner"), column="partner")
default_rule(
    DefaultRule(
        code="partner-campaign-all",
        model=PartnerCampaign,
        names=("All campaigns of partners", "Toate campaniile partenerilor"),
        of_user="everybody",
        of_object="everybody",
        rights={Role.CHANNEL_MANAGER: (ActionGroup.READ,), Role.ADMINISTRATOR: (ActionGroup.READ,)},
    )
)
default_rule(
    DefaultRule(
        code="partner-campaign-of-company",
        model=PartnerCampaign,
        names=("Campaigns of the user's company", "Campaniile companiei utilizatorului"),
        of_user="company",
        of_object="partner",
        rights={
            Role.PARTNER_MANAGER: (ActionGroup.READ, ActionGroup.WRITE, ActionGroup.DELETE),
            Role.PARTNER_EMPLOYEE: (ActionGroup.READ,),
        },
    )
)
register(CampaignLetter, whoever_has(Role.CHANNEL_MANAGER, Role.ADMINISTRATOR))
register(CampaignMaterial, whoever_has(*BRAND_OWNER_ROLES, Role.PARTNER_MANAGER, Role.PARTNER_EMPLOYEE))


def notices(user: User) -> Q:
    """All for the brand owner; for people of a partner those that are aimed at it today."""
    if user.has_role(*BRAND_OWNER_ROLES):
        return EVERYTHING
    partner = Partner.objects.filter(organisation__in=own_company(user)).first()
    return for_partner(partner, on_date=timezone.localdate()) if partner else NOTHING


register(Notice, notices)
