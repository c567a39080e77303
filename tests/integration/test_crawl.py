"""Everybody opens every address of the site, with the ids of their own company, of the rival's, and of nothing.

The answers are held to `tests/routes.txt`. What belongs to another company answers exactly as what is not there (A7),
no text of it is in any body, header or file (A2), and how much of it there is changes nothing that others see.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.test import Client
from tests.crawled import CAMDENS, RIVALS, THINGS, Crawled, absent, more_of_the_rivals
from tests.house.urls import View, every_view
from tests.routes import NOBODY, Expected, address_of, expected_of, parts_of

from tradewind.config import urls
from tradewind.crm.identity.models import Role, User

type ClientOf = Callable[[User], Client]

pytestmark = pytest.mark.django_db

PEOPLE = ("adam", "hannah", "daniel", "ines", "claire", "farah", "petra", "paul", "rex", "rita")
OF_PARTNERS = {"petra": RIVALS, "paul": RIVALS, "rex": CAMDENS}
"""Whose marks these people may never meet."""
CLOSED = frozenset({403, 404})
REFUSED = 405
"""The method is wrong; the view says so before it looks at anything."""
BROKEN = frozenset({500, 501, 502})
"""503 is an answer: the engine is away in this world."""
ASKED = ("GET", "POST")
SEARCHES = (f"q={RIVALS}", f"q={CAMDENS}", "q=a", "q=Customer", "sort=-partner", "page=2")
NOISE = re.compile(
    rb'Content-Length: \d+|csrfmiddlewaretoken" value="[^"]+"|X-CSRFToken[^}]+|nonce="[^"]+"|<time[^>]*>[^<]*</time>'
)


@dataclass(frozen=True, slots=True)
class Call:
    """One address with its parts filled."""

    view: View
    expected: Expected
    whose: str
    """own, foreign, absent; empty where the address is about no object."""
    path: str

    @property
    def is_back_office(self) -> bool:
        return self.view.name.startswith("admin:")


@pytest.fixture
def refusals_in_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two answers of three are refusals: say their reason only, instead of drawing the same page hundreds of times."""

    def say(status: int) -> Callable[[HttpRequest, Exception], HttpResponse]:
        return lambda request, exception: HttpResponse(repr(exception), status=status)

    for status in CLOSED:
        monkeypatch.setattr(urls, f"handler{status}", say(status), raising=False)


def calls(world: Crawled, user: User) -> Iterator[Call]:
    for view in every_view():
        expected = expected_of(view)
        if expected is None:
            continue  # tests/house/test_routes.py says how to list it
        if not expected.thing:
            yield Call(view, expected, "", address_of(view, filled(view, expected, ())))
            continue
        for whose, values in variants(world, user, expected).items():
            yield Call(view, expected, whose, address_of(view, filled(view, expected, values)))


def variants(world: Crawled, user: User, expected: Expected) -> dict[str, tuple[object, ...]]:
    """The ids worth asking for: where a page is closed to a role, one object stands for all."""
    found = {"own": world.own(user, expected.thing)}
    if expected.is_for_own_only(user.roles()):
        found["foreign"] = world.foreign(user, expected.thing)
    if expected.admits(user.roles()):
        found["absent"] = absent(expected.thing)
    return found


def methods(call: Call, user: User) -> tuple[str, ...]:
    """The back office is large, and closed to all but administrators whatever the method."""
    return ("GET",) if call.is_back_office and not user.has_role(Role.ADMINISTRATOR) else ASKED


def filled(view: View, expected: Expected, values: tuple[object, ...]) -> dict[str, object]:
    given = dict(expected.fixed) | dict(zip(THINGS[expected.thing], values, strict=True) if expected.thing else ())
    left = [part for part in parts_of(view) if part not in given]
    return given | dict.fromkeys(left, 1)


def asked(client: Client, method: str, path: str) -> HttpResponseBase:
    """The answer, with everything undone that it wrote, in the browser as well: who signs out is still signed in."""
    cookies = SimpleCookie(client.cookies.output(header="", sep=";"))
    with transaction.atomic():
        answer = client.generic(method, path)
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer


def is_closed(answer: HttpResponseBase) -> bool:
    """Nothing is there for this person, or they are asked to sign in."""
    return answer.status_code in CLOSED or "/login/" in answer.headers.get("Location", "")


# --- Who may open what


@pytest.mark.usefixtures("refusals_in_a_word")
@pytest.mark.parametrize("who", PEOPLE)
def test_a1_and_a7_every_address_answers_everybody_as_the_file_says(
    world: Crawled, browser_of: ClientOf, who: str
) -> None:
    user = world.people()[who]
    client, roles = browser_of(user), user.roles()
    wrong, statuses = [], {}
    for call in calls(world, user):
        for method in methods(call, user):
            answer = asked(client, method, call.path)
            statuses[call.view.name, method, call.whose] = answer.status_code
            if answer.status_code in BROKEN:
                wrong.append(f"{method} {call.path} breaks with {answer.status_code}")
        wrong += faults(call, roles, statuses)
    assert wrong == []
    assert len(statuses) > 200


def faults(call: Call, roles: frozenset[Role], statuses: dict[tuple[str, str, str], int]) -> Iterator[str]:
    name, expected = call.view.name, call.expected
    got = {method: statuses[name, method, call.whose] for method in ASKED if (name, method, call.whose) in statuses}
    closed = all(status in {*CLOSED, REFUSED} for status in got.values())
    if not expected.admits(roles):
        refused = {REFUSED} if is_in_the_view(call.view, roles) or NOBODY in expected.who else set()
        if any(status not in {*CLOSED, 302, *refused} for status in got.values()) or set(got.values()) == refused:
            yield f"{call.path} ({name}) is open to {roles}: {got}"
    elif call.whose == "own" and closed:
        yield f"{call.path} ({name}) is closed to {roles} though it is their own: {got}"
    elif call.whose == "foreign" and expected.is_for_own_only(roles) and not closed:
        yield f"{call.path} ({name}) is another company's and open to {roles}: {got}"
    elif call.whose == "absent" and expected.is_for_own_only(roles):
        foreign = {method: statuses.get((name, method, "foreign"), got[method]) for method in ASKED}
        if foreign != got:
            yield f"{call.path} ({name}) answers {got} for what is not there, {foreign} for another company's"
    elif (
        call.whose == ""
        and expected.roles
        and not call.is_back_office
        and all(status in CLOSED for status in got.values())
    ):
        yield f"{call.path} ({name}) is closed to {roles}: {got}"


def is_in_the_view(view: View, roles: frozenset[Role]) -> bool:
    """Does the view let the role in, and refuse this object only?"""
    return bool(roles & set(getattr(view.callback, "required_roles", ())))


def test_a_stranger_is_asked_to_sign_in_wherever_the_file_does_not_say_public(world: Crawled, client: Client) -> None:
    wrong = []
    for call in calls(world, world.cast.petra):
        for method in ASKED:
            answer = asked(client, method, call.path)
            if not is_closed(answer) and "public" not in call.expected.who and answer.status_code != REFUSED:
                wrong.append(f"{method} {call.path} answers a stranger with {answer.status_code}")
            if answer.status_code in BROKEN:
                wrong.append(f"{method} {call.path} breaks")
    assert wrong == []


# --- What is in the answers


def told(answer: HttpResponseBase) -> bytes:
    """All that an answer says: its headers, its body, and what is packed in a workbook."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"".join(packed.read(name) for name in packed.namelist() if not name.startswith("docProps/"))
    return b"\n".join(f"{name}: {value}".encode() for name, value in answer.headers.items()) + body


def opened(world: Crawled, user: User) -> Iterator[str]:
    """The addresses that the person may open, with ids of their own and of the rival, and as searches of each list."""
    for call in calls(world, user):
        if call.expected.roles and call.expected.admits(user.roles()) and call.whose != "absent":
            yield call.path
            if not call.whose:
                yield from (f"{call.path}?{query}" for query in SEARCHES)


@pytest.mark.usefixtures("refusals_in_a_word")
@pytest.mark.parametrize("who", OF_PARTNERS)
def test_a2_no_text_of_another_partner_is_in_any_answer(world: Crawled, browser_of: ClientOf, who: str) -> None:
    user = world.people()[who]
    client, seen = browser_of(user), set[bytes]()
    everything = [(method, c.path) for c in calls(world, user) if not c.is_back_office for method in ASKED]
    leaks = []
    for method, path in {*everything, *(("GET", path) for path in opened(world, user))}:
        text = told(asked(client, method, path))
        seen |= set(re.findall(rb"(?:RIVALS|CAMDENS)-\d{4}", text))
        if re.search(rf"{OF_PARTNERS[who]}-\d{{4}}".encode(), text):
            leaks.append(f"{method} {path}")
    assert leaks == []
    assert len(seen) >= 8, "nothing of their own was seen either: the marks do not reach the pages"


def test_the_marks_are_seen_by_those_who_may(world: Crawled, browser_of: ClientOf) -> None:
    """So that the test above has something to find."""
    client, user = browser_of(world.cast.claire), world.cast.claire
    text = b"".join(told(asked(client, "GET", path)) for path in opened(world, user))
    assert {b"RIVALS", b"CAMDENS"} <= {mark.split(b"-")[0] for mark in re.findall(rb"(?:RIVALS|CAMDENS)-\d{4}", text)}


@pytest.mark.parametrize("who", OF_PARTNERS)
def test_a7_the_page_for_another_companys_is_that_for_what_is_not_there(
    world: Crawled, browser_of: ClientOf, who: str
) -> None:
    user = world.people()[who]
    client, pages = browser_of(user), dict[str, dict[str, bytes]]()
    for call in calls(world, user):
        if call.expected.is_for_own_only(user.roles()) and call.whose in {"foreign", "absent"}:
            page = told(asked(client, "GET", call.path)).replace(call.path.encode(), b"<here>")
            pages.setdefault(call.view.name, {})[call.whose] = NOISE.sub(b"", page)
    assert len(pages) > 10
    assert [name for name, page in pages.items() if page["foreign"] != page["absent"]] == []
    assert not any(re.search(rf"{OF_PARTNERS[who]}-\d{{4}}".encode(), page["foreign"]) for page in pages.values())


@pytest.mark.usefixtures("refusals_in_a_word")
@pytest.mark.parametrize("who", ["petra", "paul"])
def test_a2_how_much_the_rival_has_changes_nothing_that_others_see(
    world: Crawled, browser_of: ClientOf, who: str
) -> None:
    """Neither lists, nor counts, nor pages, nor suggestions, nor exports, nor what a search finds."""
    user = world.people()[who]
    client = browser_of(user)
    paths = list(opened(world, user))
    before = {path: NOISE.sub(b"", told(asked(client, "GET", path))) for path in paths}
    more_of_the_rivals(world)
    after = {path: NOISE.sub(b"", told(asked(client, "GET", path))) for path in paths}
    assert [path for path in paths if before[path] != after[path]] == []
