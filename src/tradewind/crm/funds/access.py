"""Who sees funds: the channel and finance all, a partner the own ones; what hangs on a fund is seen with it."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.access import (
    EVERYBODY,
    ActionGroup,
    DefaultRule,
    actors_of_object,
    default_rule,
    register,
    scope,
    whoever_has,
)
from tradewind.crm.funds.models import (
    ApprovalStage,
    Approver,
    AvailabilityRule,
    BudgetDecision,
    BudgetLine,
    BudgetPosting,
    ExchangeRate,
    Fund,
    FundsPlan,
    Reservation,
)
from tradewind.crm.identity.models import Role, User
from tradewind.crm.parties.actors import ORGANISATION, belongs_to_group

ALL = (ActionGroup.READ, ActionGroup.WRITE, ActionGroup.APPROVE, ActionGroup.EXPORT)
BRAND_OWNERS = (Role.CHANNEL_MANAGER, Role.FINANCE, Role.ADMINISTRATOR)

actors_of_object(Fund, "everybody", kind=EVERYBODY, label=_("everybody"))
actors_of_object(Fund, "partner", kind=ORGANISATION, label=_("the partner that it is for"), column="partner")
actors_of_object(
    Fund,
    "corporate_partner",
    kind=ORGANISATION,
    label=_("the head of the partner's corporate group"),
    column="partner",
    hops=(belongs_to_group,),
)
default_rule(
    DefaultRule(
        code="fund-all",
        model=Fund,
        names=("All funds", "Toate fondurile"),
        of_user="everybody",
        of_object="everybody",
        rights={Role.CHANNEL_MANAGER: ALL, Role.FINANCE: ALL, Role.ADMINISTRATOR: (ActionGroup.READ,)},
    )
)
default_rule(
    DefaultRule(
        code="fund-of-company",
        model=Fund,
        names=("Funds of the user's company", "Fondurile companiei utilizatorului"),
        of_user="company",
        of_object="partner",
        rights={
            Role.PARTNER_MANAGER: (ActionGroup.READ, ActionGroup.EXPORT),
            Role.PARTNER_EMPLOYEE: (ActionGroup.READ,),
        },
    )
)


def with_the_fund(user: User) -> Q:
    """What is reserved of a fund is seen by whoever sees the fund."""
    return Q(fund__in=scope(user, Fund).order_by().values("pk"))


register(Reservation, with_the_fund)
for model in (BudgetPosting, BudgetLine, BudgetDecision, ApprovalStage, Approver, AvailabilityRule, FundsPlan):
    register(model, whoever_has(*BRAND_OWNERS))
register(ExchangeRate, whoever_has(*BRAND_OWNERS, Role.PARTNER_MANAGER, Role.PARTNER_EMPLOYEE))
