"""Who sees what was published, decided and answered: agents their own, partners what their company got, others all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.db.models import Q

from tradewind.crm.access import EVERYTHING, NOTHING, allow, register, whoever_has
from tradewind.crm.access.predicates import either
from tradewind.crm.decisions.models import (
    Answer,
    DecidedOffer,
    Decision,
    Estimate,
    Gate,
    Outbox,
    Publication,
    PublishedOffer,
    Stop,
)
from tradewind.crm.identity.models import Role, User
from tradewind.crm.parties.access import own_company
from tradewind.crm.toolkit.access import of_the_brand_owner

SEE_ALL: Final = (
    Role.MARKETING_PROFESSIONAL,
    Role.INTERACTION_CENTRE_MANAGER,
    Role.CHANNEL_MANAGER,
    Role.FINANCE,
    Role.ADMINISTRATOR,
)


PARTNERS: Final = (Role.PARTNER_MANAGER, Role.PARTNER_EMPLOYEE)


def own_or_all(path: str = "", *, to_companies: bool = False) -> Callable[[User], Q]:
    """Agents see the rows that lead to themselves, managers, marketing and the rest of the house every row.

    With `to_companies` people of partners see those that lead to their company.
    """

    def predicate(user: User) -> Q:
        if user.has_role(*SEE_ALL):
            return EVERYTHING
        as_agent = Q(**{f"{path}agent": user}) if user.has_role(Role.INTERACTION_CENTRE_AGENT) else NOTHING
        to_company = (
            Q(**{f"{path}customer__organisation__in": own_company(user)})
            if to_companies and user.has_role(*PARTNERS)
            else NOTHING
        )
        return either(as_agent, to_company)

    return predicate


register(Publication, of_the_brand_owner)
register(PublishedOffer, of_the_brand_owner)
register(Stop, of_the_brand_owner)
register(Decision, own_or_all(to_companies=True))
register(DecidedOffer, own_or_all("decision__", to_companies=True))
register(Answer, own_or_all("decided_offer__decision__", to_companies=True))
register(Outbox, own_or_all("answer__decided_offer__decision__", to_companies=True))

PUBLISH: Final = (Role.MARKETING_PROFESSIONAL, Role.ADMINISTRATOR)
who_may_publish = whoever_has(*PUBLISH)
register(Estimate, who_may_publish)
register(Gate, who_may_publish)

allow("publication.publish", *PUBLISH)
allow("offer.stop", *PUBLISH)
allow("gate.set", Role.ADMINISTRATOR)
