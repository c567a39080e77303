"""The one predicate behind every queryset that reaches a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, cast, overload

from django.db.models import Model, Q, QuerySet

from tradewind.crm.access.action_groups import ActionGroup
from tradewind.crm.access.derivations import is_object_type
from tradewind.crm.access.predicates import NOTHING, Predicate, both, either, is_everything
from tradewind.crm.access.rights import Plan, condition_of, plan_of
from tradewind.crm.access.state import State, state_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from tradewind.crm.access.grants import Grant
    from tradewind.crm.identity.models import User
    from tradewind.crm.identity.roles import Role

NOT_GRANTED: Final = Plan()

_predicates: dict[type[Model], Predicate] = {}


class SightNotListedError(LookupError):
    """Code decides user by user who sees a model: the users cannot be listed."""


class ModelUnscopedError(LookupError):
    """Nobody has said who may see this model, or who may do this with it."""


def register(model: type[Model], predicate: Predicate) -> None:
    """Say in code who may see a model; once, from the room that owns it. Rights in rows are added to it.

    Raises:
        ValueError: somebody else has said so already.
    """
    if _predicates.setdefault(model, predicate) is not predicate:
        raise ValueError(f"{model._meta.label} has a predicate already")


def is_registered(model: type[Model]) -> bool:
    """Does code say who may see the model, or do rows?"""
    return model in _predicates or is_object_type(model)


@overload
def scope[Rows: QuerySet[Any]](user: User | AnonymousUser, rows: Rows, action: str = ...) -> Rows: ...
@overload
def scope[M: Model](user: User | AnonymousUser, rows: type[M], action: str = ...) -> QuerySet[M]: ...
def scope(user: User | AnonymousUser, rows: Any, action: str = ActionGroup.READ) -> QuerySet[Any]:
    """The rows of a model, or of a queryset, with which this person may do the action; nothing without a right.

    Rights and relations are read now, on the connection of the queryset, or were read before in the state that is
    open (`one_state`). What a person may change, delete, approve or export is always among what they may see.

    Raises:
        ModelUnscopedError: nobody has said who may do this with the model.
    """
    wanted = rows if isinstance(rows, QuerySet) else cast(type[Model], rows)._default_manager.all()
    model = wanted.model
    if not is_registered(model):
        raise ModelUnscopedError(f"{model._meta.label}: register a predicate in the room's access.py")
    if action != ActionGroup.READ and not is_object_type(model):
        raise ModelUnscopedError(f"{model._meta.label}: no rule can grant {action}, no derivation is declared")
    if not user.is_authenticated or not user.is_active:
        return wanted.filter(NOTHING)
    return wanted.filter(condition(user, model, action, using=wanted.db))


def condition(
    user: User,
    model: type[Model],
    action: str = ActionGroup.READ,
    *,
    grants: Sequence[Grant] | None = None,
    using: str = "default",
) -> Q:
    """What code and rights together make of a user: a condition that an object fulfils or not.

    Args:
        user: Who asks.
        model: About which objects.
        action: What is to be done with them.
        grants: Rights to take instead of the ones in force, for a question about others.
        using: The database that is asked.
    """
    state = state_of(using)
    coded = in_code(user, model)
    if not is_object_type(model) or (action == ActionGroup.READ and is_everything(coded)):
        return coded
    if grants is not None:
        return met(user, coded, by_action(grants), str(action), state)
    key = ("condition", user.pk, model, str(action))
    return state.once(key, lambda: met(user, coded, plans(user, model, action, state=state), str(action), state))


def plans(user: User, model: type[Model], *actions: str, state: State) -> Mapping[str, Plan]:
    """What rights in rows grant the user for seeing the objects and for these actions."""
    from tradewind.crm.access.grants import Asked, plans_of  # noqa: PLC0415 (rows exist only when models are loaded)

    wanted = frozenset({ActionGroup.READ.value, *map(str, actions)})
    return plans_of(user.pk, Asked(model, wanted, user.roles()), state=state)


def by_action(grants: Sequence[Grant]) -> Mapping[str, Plan]:
    return {
        action: plan_of(grant.meeting for grant in grants if grant.action == action)
        for action in {grant.action for grant in grants}
    }


def met(user: User, coded: Q, granted: Mapping[str, Plan], action: str, state: State) -> Q:
    """What fulfils what the room says in code, or what rights to see it say; and then what rights to the action say."""
    visible = either(coded, condition_of(user.pk, granted.get(ActionGroup.READ, NOT_GRANTED), state=state))
    if action == ActionGroup.READ:
        return visible
    return both(visible, condition_of(user.pk, granted.get(action, NOT_GRANTED), state=state))


def in_code(user: User, model: type[Model]) -> Q:
    """What the room itself says about seeing, without any row."""
    predicate = _predicates.get(model)
    return predicate(user) if predicate else NOTHING


def roles_in_code(model: type[Model]) -> frozenset[Role]:
    """The roles that see every object of the model without any row.

    Raises:
        SightNotListedError: the room looks at more than roles.
    """
    predicate = _predicates.get(model)
    if predicate is None:
        return frozenset()
    roles: frozenset[Role] | None = getattr(predicate, "roles", None)
    if roles is None:
        raise SightNotListedError(model._meta.label)
    return roles
