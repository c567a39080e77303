"""The people who sign in: Larkfield's own, a partner's, a rival partner's, and a few more of each."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password

from tradewind.crm.identity.models import PARTNER_ROLES, Language, Role, Skill, User, UserSkill
from tradewind.crm.parties.models import Kind, Membership, Organisation

PASSWORD = "tradewind-demo"  # noqa: S105 - written on the demo's sign-in page
BRAND_OWNER, PARTNER, RIVAL = "Larkfield", "Camden Computers", "Borough Laptops"
SKILLS = {"business": "Business customers", "retention": "Keeping customers"}


@dataclass(frozen=True, slots=True)
class Member:
    """`talent` is how well an agent makes offers: it moves the odds that customers accept, and nobody else knows it."""

    name: str
    email: str
    role: Role
    organisation: str = BRAND_OWNER
    language: Language = Language.ENGLISH
    skills: tuple[str, ...] = ()
    talent: float = 0.0


CAST = (
    Member("Hannah Lindqvist", "hannah@larkfield.example", Role.MARKETING_PROFESSIONAL),
    Member(
        "Daniel Wren",
        "daniel@larkfield.example",
        Role.INTERACTION_CENTRE_AGENT,
        skills=("business", "retention"),
        talent=0.2,
    ),
    Member("Ines Duarte", "ines@larkfield.example", Role.INTERACTION_CENTRE_MANAGER),
    Member("Claire Okafor", "claire@larkfield.example", Role.CHANNEL_MANAGER),
    Member("Farah Haddad", "farah@larkfield.example", Role.FINANCE),
    Member("Adam Novak", "adam@larkfield.example", Role.ADMINISTRATOR),
    Member("Petra Ionescu", "petra@camden.example", Role.PARTNER_MANAGER, PARTNER, Language.ROMANIAN),
    Member("Paul Marin", "paul@camden.example", Role.PARTNER_EMPLOYEE, PARTNER, Language.ROMANIAN),
    Member("Rex Harlow", "rex@borough.example", Role.PARTNER_MANAGER, RIVAL),
)
MORE_AGENTS = (
    Member("Maya Brooks", "maya@larkfield.example", Role.INTERACTION_CENTRE_AGENT, skills=("business",), talent=0.45),
    Member("Tomas Vidal", "tomas@larkfield.example", Role.INTERACTION_CENTRE_AGENT, skills=("retention",), talent=-0.1),
    Member("Bianca Toma", "bianca@larkfield.example", Role.INTERACTION_CENTRE_AGENT, talent=-0.4),
)
MORE_OF_PARTNERS = (
    Member("Sorin Voicu", "sorin@camden.example", Role.PARTNER_EMPLOYEE, PARTNER, Language.ROMANIAN),
    Member("Nadia Quinn", "nadia@camden.example", Role.PARTNER_EMPLOYEE, PARTNER),
)
AT_TWO = "nadia@camden.example"
"""Works for the rival on some days, where she is a manager, and switches."""
AGENTS = tuple(
    member for member in (*CAST, *MORE_AGENTS) if member.role is Role.INTERACTION_CENTRE_AGENT
)  # fmt: skip


def load(*, now: datetime) -> None:
    """Organisations, skills and people with their roles; the administrator grants them."""
    owner = Organisation.objects.create(name=BRAND_OWNER, kind=Kind.BRAND_OWNER, city="London", postcode="SE1 2BN")
    partners = [
        Organisation.objects.create(name=PARTNER, kind=Kind.PARTNER, city="London", postcode="NW1 8AB"),
        Organisation.objects.create(name=RIVAL, kind=Kind.PARTNER, city="London", postcode="SE1 1TL"),
    ]
    places = {place.name: place for place in (owner, *partners)}
    skills = {code: Skill.objects.create(code=code, name=name) for code, name in SKILLS.items()}
    password = make_password(PASSWORD)  # slow by design, and everybody knows it: worked out once
    people = [(member, _account(member, password)) for member in (*CAST, *MORE_AGENTS, *MORE_OF_PARTNERS)]
    administrator = next(user for member, user in people if member.role is Role.ADMINISTRATOR)
    for member, user in people:
        membership = Membership.objects.create(
            user=user, organisation=places[member.organisation], since_date=now.date()
        )
        if member.role in PARTNER_ROLES:
            membership.give(member.role, actor=administrator, now=now)
        else:
            user.grant(member.role, actor=administrator, now=now)
        if member.email == AT_TWO:
            other = Membership.objects.create(user=user, organisation=places[RIVAL], since_date=now.date())
            other.give(Role.PARTNER_MANAGER, actor=administrator, now=now)
        UserSkill.objects.bulk_create(UserSkill(user=user, skill=skills[code]) for code in member.skills)


def member(email: str) -> User:
    """One of the cast by address. Raises User.DoesNotExist."""
    return User.objects.get(email=email)


def _account(member: Member, password: str) -> User:
    return User.objects.create(email=member.email, password=password, name=member.name, language=member.language)
