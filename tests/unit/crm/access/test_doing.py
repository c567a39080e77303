"""What may be done is read together with what is seen, and says the same as asking for each action."""

from __future__ import annotations

import pytest
from django.db.models import Model
from pytest_django import DjangoAssertNumQueries
from tests.cast import Cast
from tests.channel import MODELS, build_channel

from tradewind.crm.access import ActionGroup, scope, scope_with_actions
from tradewind.crm.sales.models import Lead

pytestmark = pytest.mark.both_databases
ACTIONS = (ActionGroup.WRITE, ActionGroup.DELETE, ActionGroup.EXPORT)


@pytest.mark.parametrize("model", MODELS)
def test_it_says_what_asking_for_each_action_says(cast: Cast, model: type[Model]) -> None:
    build_channel(cast)
    for user in cast.everybody().values():
        found = scope_with_actions(user, model, *ACTIONS)
        assert {row.pk for row in found} == set(scope(user, model).values_list("pk", flat=True))
        for action in ACTIONS:
            allowed = set(scope(user, model, action).values_list("pk", flat=True))
            assert {row.pk for row in found if getattr(row, f"may_{action}")} == allowed, (user, action)


def test_the_rights_are_read_once(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    build_channel(cast)
    cast.petra.roles()
    asked = (cast.petra, Lead, ActionGroup.WRITE, ActionGroup.DELETE)
    list(scope_with_actions(*asked))  # what such people need is known from here on
    with django_assert_num_queries(2):
        list(scope_with_actions(*asked))
