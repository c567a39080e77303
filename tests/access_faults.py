"""Faults of access, to be planted one at a time: the tests of the tests of who sees what."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import reduce
from operator import or_
from typing import Any
from unittest import mock

from django.db.models import Q

from tradewind.crm.access import grants, rights
from tradewind.crm.access.derivations import Hop
from tradewind.crm.access.models.group import AccessGroupMemberQuerySet
from tradewind.crm.access.models.right import AccessRightQuerySet
from tradewind.crm.access.predicates import either
from tradewind.crm.access.rights import Branch
from tradewind.crm.identity.models.holding import roles_of
from tradewind.crm.identity.models.role import RoleAssignmentQuerySet
from tradewind.crm.parties.models import Ancestry
from tradewind.crm.parties.models.membership import MembershipQuerySet, MembershipRoleQuerySet
from tradewind.crm.parties.models.supply import SupplyQuerySet
from tradewind.crm.parties.models.territory import TerritoryHolderQuerySet

type Fault = Callable[[], AbstractContextManager[object]]

SCOPE = sys.modules["tradewind.crm.access.scope"]  # the package has a function of this name


def everything(rows: Any, *_asked: Any) -> Any:
    return rows.all()


def supplies_that_ended_still_count() -> AbstractContextManager[object]:
    return mock.patch.object(SupplyQuerySet, "current", everything)


def whoever_left_still_works_there() -> AbstractContextManager[object]:
    return mock.patch.object(MembershipQuerySet, "acting", everything)


def territories_once_held_still_count() -> AbstractContextManager[object]:
    return mock.patch.object(TerritoryHolderQuerySet, "current", everything)


def roles_that_ended_still_count() -> AbstractContextManager[object]:
    return mock.patch.object(RoleAssignmentQuerySet, "current", everything)


def roles_that_ended_at_a_company_still_count() -> AbstractContextManager[object]:
    return mock.patch.object(MembershipRoleQuerySet, "counting", lambda rows: rows.filter(membership__is_acting=True))


def roles_at_the_other_company_count_here() -> AbstractContextManager[object]:
    return mock.patch.object(
        MembershipRoleQuerySet, "counting", lambda rows: rows.filter(ended_at=None, membership__until_date=None)
    )


def whoever_left_a_group_still_belongs_to_it() -> AbstractContextManager[object]:
    return mock.patch.object(AccessGroupMemberQuerySet, "current", everything)


def rights_that_ended_still_count() -> AbstractContextManager[object]:
    return mock.patch.object(AccessRightQuerySet, "in_force", lambda rows, at: rows.filter(starts_at__lte=at))


def rights_to_come_count_already() -> AbstractContextManager[object]:
    return mock.patch.object(
        AccessRightQuerySet, "in_force", lambda rows, at: rows.filter(Q(ends_at=None) | Q(ends_at__gt=at))
    )


def groups_are_forgotten() -> AbstractContextManager[object]:
    def of_roles(rows: AccessRightQuerySet, user_id: int) -> AccessRightQuerySet:
        return rows.filter(reduce(or_, (Q(role__in=roles) for roles in roles_of(user_id))))

    return mock.patch.object(AccessRightQuerySet, "held_by", of_roles)


def filters_of_objects_are_forgotten() -> AbstractContextManager[object]:
    return mock.patch.object(Branch, "filtered", lambda _branch, q: q)


def a_right_to_write_is_taken_for_one_to_delete() -> AbstractContextManager[object]:
    granted = grants.granted

    def mistaken(action: str, *names: str) -> grants.Grant | None:
        return granted("delete" if action == "write" else action, *names)

    return mock.patch.object(grants, "granted", mistaken)


def what_may_be_done_need_not_be_seen() -> AbstractContextManager[object]:
    return mock.patch.object(SCOPE, "both", either)


def rules_about_one_column_are_all_needed() -> AbstractContextManager[object]:
    def every(*conditions: Q) -> Q:
        found = conditions[0] if conditions else Q(pk__in=())
        for condition in conditions[1:]:
            found &= condition
        return found

    return mock.patch.object(rights, "either", every)


@contextmanager
def hops_over_the_hierarchy(changed: Callable[[Hop, Any], Any]) -> Iterator[None]:
    """Let the hops over the hierarchy read other rows than they should."""
    onward, back = Hop.onward, Hop.back

    def read(plain: Callable[[Hop, Any], Any]) -> Callable[[Hop, Any], Any]:
        def reading(hop: Hop, ids: Any) -> Any:
            return changed(hop, plain(hop, ids)) if hop.rows().model is Ancestry else plain(hop, ids)

        return reading

    with mock.patch.object(Hop, "onward", read(onward)), mock.patch.object(Hop, "back", read(back)):
        yield


def only_one_level_of_the_hierarchy_counts() -> AbstractContextManager[object]:
    return hops_over_the_hierarchy(lambda _hop, rows: rows.filter(depth__lte=1))


@contextmanager
def above_and_below_are_mixed_up() -> Iterator[None]:
    onward, back = Hop.onward, Hop.back

    def other(hop: Hop, ids: Any) -> Any:
        return (back if hop.rows().model is Ancestry else onward)(hop, ids)

    def and_back(hop: Hop, ids: Any) -> Any:
        return (onward if hop.rows().model is Ancestry else back)(hop, ids)

    with mock.patch.object(Hop, "onward", other), mock.patch.object(Hop, "back", and_back):
        yield


FAULTS: tuple[Fault, ...] = (
    supplies_that_ended_still_count,
    whoever_left_still_works_there,
    territories_once_held_still_count,
    roles_that_ended_still_count,
    roles_that_ended_at_a_company_still_count,
    roles_at_the_other_company_count_here,
    whoever_left_a_group_still_belongs_to_it,
    rights_that_ended_still_count,
    rights_to_come_count_already,
    groups_are_forgotten,
    filters_of_objects_are_forgotten,
    a_right_to_write_is_taken_for_one_to_delete,
    what_may_be_done_need_not_be_seen,
    rules_about_one_column_are_all_needed,
    only_one_level_of_the_hierarchy_counts,
    above_and_below_are_mixed_up,
)
