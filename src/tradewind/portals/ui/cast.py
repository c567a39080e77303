"""The people of the demo company on its sign-in page. Outside the demo there is nobody here."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise

from tradewind.crm.identity.models import Role, User
from tradewind.crm.identity.models.holding import holders
from tradewind.portals.ui.navigation import portals_of

MOST = 14


@dataclass(frozen=True, slots=True)
class Member:
    """One button of the list."""

    email: str
    name: str
    initials: str
    roles: tuple[str | Promise, ...]
    accent: str


def demo_cast() -> tuple[Member, ...]:
    """The first who came to the company and hold a role, in the order of the roles."""
    if not settings.DEMO:
        return ()
    people = User.objects.filter(holders(), is_active=True)
    return tuple(_member(person) for person in sorted(people.order_by("pk")[:MOST], key=_rank))


def demo_person(email: str) -> User | None:
    """The member of the cast with this address; nobody outside the demo."""
    if not any(member.email == email for member in demo_cast()):
        return None
    return User.objects.get(email=email)


def initials(name: str) -> str:
    """
    >>> initials("Hannah Lindqvist")
    'HL'
    """
    words = name.split()
    return "".join(word[0] for word in (*words[:1], *words[1:][-1:])).upper()


def _rank(person: User) -> int:
    return min((list(Role).index(role) for role in person.roles()), default=len(Role))


def _member(person: User) -> Member:
    portals = portals_of(person)
    held = person.roles()
    return Member(
        email=person.email,
        name=person.name,
        initials=initials(person.name),
        roles=tuple(role.label for role in Role if role in held),
        accent=portals[0].accent if portals else "",
    )
