"""Who decides next, and whether this person may."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tradewind.crm.funds.models import ApprovalStage, Approver, BudgetPosting, FundsPlan
from tradewind.crm.funds.rules import FourEyes, NotEntitled
from tradewind.crm.identity.models import User


def stages_for(plan: FundsPlan, amount_minor: int) -> Sequence[ApprovalStage]:
    """The stages that so much has to pass, in order; the first one always."""
    stages = list(plan.stages.order_by("position"))
    return [stage for place, stage in enumerate(stages) if not place or stage.from_minor <= amount_minor]


def next_stage(posting: BudgetPosting) -> ApprovalStage | None:
    """The stage that the document waits at; None where the last one has decided."""
    decided = set(posting.decisions.filter(is_approved=True).values_list("stage", flat=True))
    left = [stage for stage in stages_for(posting.plan, posting.amount_minor()) if stage.position not in decided]
    return left[0] if left else None


def level_of(user: User, *, currency: str, amount_minor: int) -> int:
    """The person's authorisation level in this currency.

    Raises:
        NotEntitled: the person approves nothing in it, or not so much.
    """
    approver = Approver.objects.of(user.pk, currency).first()
    if approver is None or approver.limit_minor < amount_minor:
        raise NotEntitled(_("That is more than you may approve in %(currency)s.") % {"currency": currency})
    return approver.level


def hold_to_stage(posting: BudgetPosting, stage: ApprovalStage, user: User) -> None:
    """Hold an approval to four eyes and to the role of its stage.

    Raises:
        FourEyes: the person asked for it, or decided an earlier stage.
        NotEntitled: the person has not the role, or may not approve so much.
    """
    if posting.asked_by_id == user.pk:
        raise FourEyes(_("Nobody approves what they asked for."))
    if posting.decisions.filter(decided_by=user).exists():
        raise FourEyes(_("You decided an earlier stage; somebody else decides this one."))
    if stage.role not in user.roles():
        raise NotEntitled(_("This stage is decided by: %(role)s.") % {"role": stage.get_role_display()})
    level_of(user, currency=posting.plan.currency, amount_minor=posting.amount_minor())
