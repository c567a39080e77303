"""No change of rules, rights or groups may leave a kind of object that no administrator can look at whole.

Who enters the administrator's portal is said in code and cannot be taken away by a row; what administrators see
there of leads, orders and the like is said by rights, and those can.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from tradewind.crm.access.action_groups import ActionGroup
from tradewind.crm.access.derivations import object_type_named
from tradewind.crm.access.grants import granted
from tradewind.crm.access.models import AccessRight, AccessRule
from tradewind.crm.access.predicates import is_everything
from tradewind.crm.access.scope import SightNotListedError, condition, roles_in_code
from tradewind.crm.identity.models import RoleAssignment, User
from tradewind.crm.identity.roles import Role


class LockedOutError(ValueError):
    """No administrator could look at every object of these kinds any more."""

    def __init__(self, models: Sequence[type[Model]]) -> None:
        super().__init__(models)
        self.models = tuple(models)

    def __str__(self) -> str:
        kinds = ", ".join(capfirst(str(model._meta.verbose_name_plural)) for model in self.models)
        return _(
            "This would lock every administrator out of: %(kinds)s. Nothing was changed. "
            "Somebody who administers must keep a right, without an end, to read all of them: give that right first."
        ) % {"kinds": kinds}


@contextmanager
def keeping_administrators(object_types: Iterable[str], *, now: datetime) -> Iterator[None]:
    """Do what stands inside, and undo it if it takes from administrators the sight of a kind of object.

    What no administrator saw whole before may stay so: only a loss is refused.

    Args:
        object_types: What the change is about, by the names that rules know the models under.
        now: The moment of the change.

    Raises:
        LockedOutError: the change was undone.
    """
    names = sorted(set(object_types))
    models = [model for model in map(object_type_named, names) if model is not None]
    with transaction.atomic():
        hold(names)
        whole = seen_whole(models, now=now)
        yield
        lost = whole - seen_whole(models, now=now)
        if lost:
            raise LockedOutError([model for model in models if model in lost])


def hold(object_types: Sequence[str]) -> None:
    """Let one change at a time be made about these objects, where the database does not see to that by itself."""
    rules = AccessRule.objects.select_for_update().filter(object_type__in=object_types)
    list(rules.order_by("pk").values_list("pk"))


def seen_whole(models: Iterable[type[Model]], *, now: datetime) -> set[type[Model]]:
    """The models of which an administrator who can sign in sees every object, by rights that have no end."""
    found, unseen = list(administrators()), set(models)
    if found:
        unseen -= {model for model in unseen if is_seen_in_code(model)}
    rights = AccessRight.objects.in_force(now).filter(action=ActionGroup.READ, ends_at=None).select_related("rule")
    for user in found:
        if unseen:
            held = list(rights.held_by(user.pk))
            unseen -= {model for model in unseen if sees_all(user, model, held)}
    return set(models) - unseen


def is_seen_in_code(model: type[Model]) -> bool:
    """Does the room itself let every administrator see all objects, without any right?"""
    try:
        return Role.ADMINISTRATOR in roles_in_code(model)
    except SightNotListedError:
        return False


def administrators() -> QuerySet[User]:
    holders = RoleAssignment.objects.current().filter(role=Role.ADMINISTRATOR).order_by().values("user")
    return User.objects.filter(is_active=True, pk__in=holders).order_by("pk")


def sees_all(user: User, model: type[Model], rights: Iterable[AccessRight]) -> bool:
    about = (right for right in rights if right.rule.object_type == model._meta.label_lower)
    grants = [granted(right.action, *right.rule.names) for right in about]
    return is_everything(condition(user, model, grants=[grant for grant in grants if grant]))
