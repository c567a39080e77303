"""The rights that one user has to one kind of object, read at the moment they are asked for."""

from __future__ import annotations

import logging
from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet

from tradewind.crm.access.derivations import DerivationUnknownError
from tradewind.crm.access.meeting import KindsDifferError, Meeting
from tradewind.crm.access.models import AccessRight
from tradewind.crm.access.prepared import as_taken, prepared, rows

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Grant:
    """A right in force as code understands it."""

    action: str
    meeting: Meeting


def grants_of(user_id: int, model: type[Model], actions: Set[str], *, at: datetime, using: str) -> list[Grant]:
    """What the user's roles and groups are granted on a model. A rule that code no longer knows grants nothing."""

    def rights(asker: int, moment: datetime) -> QuerySet[Any, Any]:
        held = AccessRight.objects.in_force(moment).about(model).held_by(asker)
        names = ("rule__object_type", "rule__actors_of_user", "rule__actors_of_object", "rule__object_filter")
        return held.filter(action__in=sorted(actions)).order_by("id").values_list("action", *names)

    words = prepared(("rights", model, frozenset(actions)), rights, using=using)
    found = rows(words.sql, words.about(user_id, as_taken(at, using=using)), using=using)
    return [grant for row in found if (grant := granted(*row))]


def granted(action: str, object_type: str, of_user: str, of_object: str, condition: str) -> Grant | None:
    try:
        return Grant(action, Meeting.named(object_type, of_user, of_object, condition))
    except (DerivationUnknownError, KindsDifferError) as fault:
        log.error("a right grants nothing, since its rule is not understood: %s", fault)
        return None
