"""The rights that one user has to one kind of object, read at the moment they are asked for."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model

from tradewind.crm.access.derivations import DerivationUnknownError
from tradewind.crm.access.meeting import KindsDifferError, Meeting
from tradewind.crm.access.models import AccessRight
from tradewind.crm.identity.models import User

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Grant:
    """A right in force as code understands it."""

    action: str
    meeting: Meeting


def grants_of(user: User, model: type[Model], actions: Iterable[str], *, at: datetime, using: str) -> list[Grant]:
    """What the user's roles and groups are granted on a model. A rule that code no longer knows grants nothing."""
    rights = AccessRight.objects.using(using).in_force(at).about(model).held_by(user)
    rows = (
        rights.filter(action__in=tuple(actions))
        .order_by("id")
        .values_list(
            "action",
            "rule__object_type",
            "rule__actors_of_user",
            "rule__actors_of_object",
            "rule__object_filter",
        )
    )
    found = (granted(action, *names) for action, *names in rows)
    return [grant for grant in found if grant]


def granted(action: str, object_type: str, of_user: str, of_object: str, condition: str) -> Grant | None:
    try:
        return Grant(action, Meeting.named(object_type, of_user, of_object, condition))
    except (DerivationUnknownError, KindsDifferError) as fault:
        log.error("a right grants nothing, since its rule is not understood: %s", fault)
        return None
