"""A3: whatever people of a partner post to whatever address, nothing changes that is not theirs to write.

Each form of each page is posted as it stands with fields of other names beside it, and once more with those names
overwritten: another partner, another author, a price, a role, an owner.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Final, Self

import pytest
from django.db import connection, transaction
from django.db.models import Model
from django.test import Client
from tests.crawled import CAMDENS, RIVALS, WORKED, Crawled, Key, ours, reached
from tests.integration.test_crawl import asked, calls, told

from tradewind.crm.access.models import AccessGroup, AccessGroupMember, AccessRight, AccessRule
from tradewind.crm.identity.models import RoleAssignment, User
from tradewind.crm.parties.models import Organisation

type ClientOf = Callable[[User], Client]
type Post = tuple[str, dict[str, str]]
type Rows = Mapping[Key, Mapping[str, Any]]

pytestmark = pytest.mark.django_db

NEVER: Final = {
    "id",
    "partner_id",
    "created_by_id",
    "created_by_company_id",
    "created_at",
    "cost_minor",
    "margin_minor",
}
"""Columns of what partners work on that no partner ever writes."""
CLOSED: Final[tuple[type[Model], ...]] = (AccessRight, AccessRule)
"""Tables that no partner ever writes."""
NIGHT: Final = "night"
"""A group of the brand owner's; the group of those who sell is the one that managers put colleagues into."""
TOKEN: Final = "csrfmiddlewaretoken"


@dataclass(slots=True)
class Forms(HTMLParser):
    """What a browser would post from the forms of a page, by the address they are posted to."""

    here: str
    found: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    name: str = ""
    """Of the choice that is being read."""

    def __post_init__(self) -> None:
        HTMLParser.__init__(self)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "").lower() == "post":
            self.found.append((given.get("action") or self.here, {}))
        elif tag == "form":
            self.found.append(("", {}))
        elif self.found and tag in {"input", "button", "textarea"} and given.get("name"):
            is_off = given.get("type") in {"checkbox", "radio"} and "checked" not in given
            if not is_off:
                self.found[-1][1].setdefault(given["name"], given.get("value", ""))
        elif tag == "select":
            self.name = given.get("name", "")
        elif tag == "option" and self.found and self.name:
            is_first = self.name not in self.found[-1][1]
            if is_first or "selected" in given:
                self.found[-1][1][self.name] = given.get("value", "")


def forged(world: Crawled, user: User) -> dict[str, str]:
    """Names that no form of a partner has, and some that it has, with values that are not theirs to say."""
    other = world.cast.camden if user == world.cast.rex else world.cast.borough
    someone = world.cast.petra if user == world.cast.rex else world.cast.rex
    return {
        **dict.fromkeys(("partner", "partner_id", "organisation", "company_id", "created_by_company"), str(other.pk)),
        **dict.fromkeys(("created_by", "user", "user_id", "granted_by", "asked_by", "actor"), str(someone.pk)),
        **dict.fromkeys(("id", "pk", "cost_minor", "margin_minor"), "1"),
        "created_at": "2001-01-01T00:00",
        "role": "administrator",
        "is_active": "on",
        "is_acting": "on",
        "is_staff": "on",
    }


def different(posts: Iterable[Post]) -> list[Post]:
    """Each once, whatever the token against other sites' forms."""
    plain = [(path, {name: said for name, said in given.items() if name != TOKEN}) for path, given in posts]
    return list({(path, frozenset(given.items())): (path, given) for path, given in plain}.values())


def posts(world: Crawled, user: User, client: Client) -> Iterator[Post]:
    """Every form of every page of the portal, as it stands and forged; and bare posts to what has no page."""
    extra = forged(world, user)
    for call in calls(world, user):
        if not call.view.name.startswith("partner:"):
            continue
        yield call.path, extra
        page = asked(client, "GET", call.path)
        if page.status_code != 200 or "html" not in page.headers["Content-Type"]:
            continue
        reader = Forms(call.path)
        reader.feed(told(page).decode())
        for path, given in reader.found:
            if path.startswith("/partner/"):
                yield path, extra | given
                yield path, given | extra


class Writes:
    """Whether anything but questions went to the database."""

    any: bool = False

    def __enter__(self) -> Self:
        self.watching = connection.execute_wrapper(self.execute)
        self.watching.__enter__()
        return self

    def __exit__(self, *_raised: object) -> None:
        self.watching.__exit__(None, None, None)

    def execute(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        self.any |= not sql.startswith(("SELECT", "SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT"))
        return execute(sql, *rest)


def rows() -> Rows:
    return {(model, row["pk"]): row for model in ours() for row in model._base_manager.values("pk", *columns(model))}


def columns(model: type[Model]) -> list[str]:
    return [column.attname for column in model._meta.concrete_fields if column.attname != "last_login"]


def wrong(before: Rows, after: Rows, theirs: set[Key], user: User, company: Organisation) -> Iterator[str]:
    """What a post has written that it may not."""
    night = AccessGroup.objects.get(code=NIGHT).pk
    for key in before.keys() | after.keys():
        model, pk = key
        was, now = before.get(key), after.get(key)
        if was == now:
            continue
        changed = {name for name in (was or {}) if now and was and was[name] != now[name]}
        if key in theirs:
            yield f"{model.__name__} {pk} is another company's: {changed or 'gone'}"
        if model in CLOSED or (model is AccessGroupMember and (now or was or {})["group_id"] == night):
            yield f"{model.__name__} {pk} was written"
        if model in WORKED and was and now and changed & NEVER:
            yield f"{model.__name__} {pk}: {changed & NEVER} changed"
        if model in WORKED and was is None and now and not is_ours(now, user, company):
            yield f"{model.__name__} {pk} was made for another company: {now}"
        if model is RoleAssignment and was is None and now:
            yield f"the role {now['role']} was given everywhere"


def is_ours(row: Mapping[str, Any], user: User, company: Organisation) -> bool:
    return (row["partner_id"], row["created_by_company_id"], row["created_by_id"]) == (company.pk, company.pk, user.pk)


@pytest.mark.parametrize("who", ["petra", "paul", "rex"])
def test_a3_nothing_changes_that_is_not_theirs_whatever_is_posted(
    world: Crawled, browser_of: ClientOf, who: str
) -> None:
    user, cast = world.people()[who], world.cast
    company, side = (cast.borough, CAMDENS) if who == "rex" else (cast.camden, RIVALS)
    sides = {CAMDENS: (cast.camden, cast.petra, cast.paul), RIVALS: (cast.borough, cast.rex, world.rita)}
    theirs = {key for key, belongs in reached(sides).items() if belongs == {side}}
    client, before, found, written = browser_of(user), rows(), [], set()
    for path, given in different(posts(world, user, client)):
        with transaction.atomic(), Writes() as writes:
            client.post(path, given)
            after = rows() if writes.any else before
            transaction.set_rollback(True)
        written |= {key[0] for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
        found += [f"{path} {given}: {fault}" for fault in wrong(before, after, theirs, user, company)]
    assert found == []
    assert set(WORKED) <= written, "the forms that were posted did not even write what they may"
