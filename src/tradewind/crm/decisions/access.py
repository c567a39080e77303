"""Who sees what was published, decided and answered: agents their own, the rest of the brand owner all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.db.models import Q

from tradewind.crm.access import EVERYTHING, NOTHING, allow, register, whoever_has
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
from tradewind.crm.toolkit.access import of_the_brand_owner

SEE_ALL: Final = (
    Role.MARKETING_PROFESSIONAL,
    Role.INTERACTION_CENTRE_MANAGER,
    Role.CHANNEL_MANAGER,
    Role.FINANCE,
    Role.ADMINISTRATOR,
)


def own_or_all(path_to_agent: str) -> Callable[[User], Q]:
    """Agents see the rows that lead to themselves; managers, marketing and the rest of the house see every row."""

    def predicate(user: User) -> Q:
        if user.has_role(*SEE_ALL):
            return EVERYTHING
        return Q(**{path_to_agent: user}) if user.has_role(Role.INTERACTION_CENTRE_AGENT) else NOTHING

    return predicate


register(Publication, of_the_brand_owner)
register(PublishedOffer, of_the_brand_owner)
register(Stop, of_the_brand_owner)
register(Decision, own_or_all("agent"))
register(DecidedOffer, own_or_all("decision__agent"))
register(Answer, own_or_all("decided_offer__decision__agent"))
register(Outbox, own_or_all("answer__decided_offer__decision__agent"))

PUBLISH: Final = (Role.MARKETING_PROFESSIONAL, Role.ADMINISTRATOR)
who_may_publish = whoever_has(*PUBLISH)
register(Estimate, who_may_publish)
register(Gate, who_may_publish)

allow("publication.publish", *PUBLISH)
allow("offer.stop", *PUBLISH)
allow("gate.set", Role.ADMINISTRATOR)
