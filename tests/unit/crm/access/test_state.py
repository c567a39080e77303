"""Rights and what they let be seen are of one moment, whatever others commit between two statements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from tests.cast import NOW, Cast, build_cast
from tests.elsewhere import Elsewhere, elsewhere

from tradewind.crm.access import ActionGroup, one_state, requires, scope
from tradewind.crm.access.state import State, WrittenWhileReadingError, state_of
from tradewind.crm.identity.models import Role, User
from tradewind.crm.parties.models import Membership
from tradewind.crm.sales.models import Lead

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def meanwhile(transactional_db: None, tmp_path: Path) -> Iterator[Elsewhere]:
    with elsewhere(tmp_path) as do:
        yield do


@pytest.fixture
def cast(meanwhile: Elsewhere) -> Cast:
    return build_cast()


def lead(cast: Cast, company: str, *, rivals: bool = False) -> Lead:
    partner = cast.borough if rivals else cast.camden
    return Lead.objects.create(
        company=company, partner=partner, created_by=cast.claire, created_by_company=cast.larkfield, created_at=NOW
    )


def fresh(user: User) -> User:
    """The user as a request has it."""
    return User.objects.get(pk=user.pk)


def names(user: User) -> set[str]:
    return {row.company for row in scope(user, Lead)}


def take_everything_from(cast: Cast) -> None:
    """Petra leaves, and then Camden gets a lead that she was never to see."""
    Membership.objects.get(user=cast.petra).end(on_date=NOW.date())
    lead(cast, "after she left")


def send_to_the_rival(cast: Cast) -> None:
    """Petra goes to the rival, and what she had seen of Camden becomes the rival's: of each moment she sees one."""
    Membership.objects.filter(user=cast.petra).update(organisation=cast.borough)
    Lead.objects.filter(company="Camden's").update(partner=cast.borough)
    Lead.objects.filter(company="the rival's").update(partner=cast.camden)


# --- Rights and data


def test_who_loses_a_right_meanwhile_does_not_see_what_comes_later(cast: Cast, meanwhile: Elsewhere) -> None:
    lead(cast, "before")
    with one_state():
        petra = fresh(cast.petra)
        leads = scope(petra, Lead)
        assert leads.count() == 1
        meanwhile(lambda: take_everything_from(cast))
        assert [row.company for row in leads] == ["before"]
        assert names(petra) == {"before"}
    assert names(fresh(cast.petra)) == set()


def test_without_a_state_the_later_lead_is_seen_by_the_earlier_right(cast: Cast, meanwhile: Elsewhere) -> None:
    """What the state is for, so that the tests here are known to find it missing."""
    lead(cast, "before")
    leads = scope(fresh(cast.petra), Lead)
    meanwhile(lambda: take_everything_from(cast))
    assert {row.company for row in leads} == {"before", "after she left"}


def test_a_state_without_a_transaction_is_found_out(
    cast: Cast, meanwhile: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tradewind.crm.access.state._unmoved", lambda _connection: nullcontext())
    lead(cast, "before")
    with one_state():
        petra = fresh(cast.petra)
        assert names(petra) == {"before"}
        meanwhile(lambda: take_everything_from(cast))
        assert names(petra) == {"before", "after she left"}


def test_nobody_sees_half_of_a_move(cast: Cast, meanwhile: Elsewhere) -> None:
    lead(cast, "Camden's")
    lead(cast, "the rival's", rivals=True)
    with one_state():
        petra = fresh(cast.petra)
        seen = scope(petra, Lead)
        assert (seen.count(), names(petra)) == (1, {"Camden's"})
        meanwhile(lambda: send_to_the_rival(cast))
        assert (seen.count(), names(petra)) == (1, {"Camden's"})
        assert scope(petra, Lead, ActionGroup.WRITE).get().company == "Camden's"
        assert names(fresh(cast.petra)) == {"Camden's"}, "somebody who is read later is of the same moment"
    assert names(fresh(cast.petra)) == {"Camden's"}, "it moved with her"
    with one_state():
        assert scope(fresh(cast.petra), Lead).get().partner == cast.borough


def test_rights_are_read_once_in_a_state_and_again_in_the_next(cast: Cast, meanwhile: Elsewhere) -> None:
    lead(cast, "Camden's")
    petra = fresh(cast.petra)
    names(petra)
    for _request in range(2):
        with one_state(), CaptureQueriesContext(connection) as asked:
            for _question in range(3):
                list(scope(petra, Lead))
        assert len([query for query in asked if "access_accessright" in query["sql"] or "EXECUTE" in query["sql"]]) == 1
        assert len([query for query in asked if query["sql"].startswith(("SELECT", "EXECUTE"))]) == 4


# --- Requests


@requires(Role.PARTNER_MANAGER)
def page(request: HttpRequest) -> HttpResponse:
    user = request.user
    told = [sorted(names(user))]  # type: ignore[arg-type]
    request.happens()  # type: ignore[attr-defined]
    told.append(sorted(names(user)))  # type: ignore[arg-type]
    return HttpResponse(str(told))


def asked(user: User, method: str, happens: Any, view: Any = page) -> str:
    request = getattr(RequestFactory(), method)("/")
    request.user, request.happens = user, happens
    return str(view(request).content.decode())


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_page_is_of_one_moment(cast: Cast, meanwhile: Elsewhere, method: str) -> None:
    lead(cast, "before")
    told = asked(fresh(cast.petra), method, lambda: meanwhile(lambda: take_everything_from(cast)))
    assert told == "[['before'], ['before']]"
    with pytest.raises(Http404):
        asked(fresh(cast.petra), method, lambda: None)


def test_whoever_is_switched_off_between_sign_in_and_page_gets_no_page(cast: Cast, meanwhile: Elsewhere) -> None:
    lead(cast, "before")
    petra = fresh(cast.petra)
    meanwhile(lambda: User.objects.filter(pk=petra.pk).update(is_active=False))
    with pytest.raises(Http404):
        asked(petra, "get", lambda: None)


def test_a_role_that_is_withdrawn_between_sign_in_and_page_opens_nothing(cast: Cast, meanwhile: Elsewhere) -> None:
    petra = fresh(cast.petra)
    meanwhile(lambda: Membership.objects.get(user=petra).take_role(actor=None, now=NOW))
    with pytest.raises(Http404):
        asked(petra, "get", lambda: None)


# --- Writing


def test_what_only_reads_may_not_write(cast: Cast) -> None:
    with pytest.raises(WrittenWhileReadingError, match="INSERT"):
        asked(fresh(cast.petra), "get", lambda: lead(cast, "written"))
    assert not Lead.objects.exists()


def test_what_is_sent_may_write(cast: Cast) -> None:
    assert asked(fresh(cast.petra), "post", lambda: lead(cast, "written")) == "[[], ['written']]"


def test_a_page_that_says_that_it_writes_may_write(cast: Cast) -> None:
    view = requires(Role.PARTNER_MANAGER, writes=True)(page.__wrapped__)  # type: ignore[attr-defined]
    assert asked(fresh(cast.petra), "get", lambda: lead(cast, "written"), view) == "[[], ['written']]"


def test_a_connection_is_afterwards_as_it_was(cast: Cast) -> None:
    with pytest.raises(WrittenWhileReadingError), one_state():
        lead(cast, "never")
    with transaction.atomic():
        lead(cast, "written")
    assert (connection.in_atomic_block, connection.get_autocommit()) == (False, True)
    if connection.vendor == "sqlite":
        assert connection.transaction_mode == "IMMEDIATE"  # type: ignore[attr-defined]
    else:
        link = connection.connection
        assert (link.isolation_level, link.read_only) == (None, None)


def test_others_write_while_a_state_is_read(cast: Cast, meanwhile: Elsewhere) -> None:
    with one_state():
        assert not Lead.objects.exists()
        meanwhile(lambda: lead(cast, "written"))
        assert not Lead.objects.exists()
    assert Lead.objects.count() == 1


def test_a_state_inside_another_is_that_one(cast: Cast) -> None:
    with one_state() as outer, one_state() as inner:
        assert inner is outer is state_of("default")
    assert state_of("default") is not outer


def test_a_state_in_a_transaction_joins_it(cast: Cast) -> None:
    with transaction.atomic():
        lead(cast, "not committed")
        with one_state():
            assert names(fresh(cast.petra)) == {"not committed"}
        lead(cast, "written after reading")
    assert Lead.objects.count() == 2


def test_a_value_that_is_read_is_kept_even_where_it_is_nothing() -> None:
    state, times = State("default"), []
    for _again in range(2):
        assert state.once("nothing", lambda: times.append(1)) is None
    assert times == [1]
