"""The people of every test: the brand owner's, a partner's, and a rival's who must see nothing of others."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

from django.contrib.auth.hashers import make_password

from tradewind.crm.catalog.models import OwnedProduct, Product
from tradewind.crm.identity.models import PARTNER_ROLES, Role, Skill, User, UserSkill
from tradewind.crm.parties.models import Customer, Kind, Membership, Organisation, Person, Segment
from tradewind.crm.parties.operations import enrol

PASSWORD = "tradewind-demo"
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
SINCE = date(2025, 1, 6)


@dataclass(frozen=True, slots=True)
class Cast:
    larkfield: Organisation
    camden: Organisation
    borough: Organisation
    soho_store: Organisation
    adam: User  # administrator
    hannah: User  # marketing professional
    daniel: User  # interaction centre agent
    ines: User  # interaction centre manager
    claire: User  # channel manager
    farah: User  # finance
    petra: User  # partner manager at Camden Computers
    paul: User  # partner employee at Camden Computers
    rex: User  # partner manager at the rival, who must see nothing of others
    maya: Customer  # a student with a laptop
    ion: Customer  # at home, speaks Romanian, owns nothing
    brightside: Customer  # a company
    laptop: Product
    mayas_laptop: OwnedProduct

    def everybody(self) -> dict[str, User]:
        fields = (name for name in Cast.__slots__ if isinstance(getattr(self, name), User))
        return {name: getattr(self, name) for name in fields}


@cache
def hashed_password() -> str:
    return make_password(PASSWORD)


def member(name: str, role: Role, organisation: Organisation, *, actor: User | None, language: str = "en") -> User:
    """A person who signs in with `PASSWORD`, holds one role and works for one organisation."""
    domain = {"Larkfield": "larkfield", "Camden Computers": "camden", "Borough Laptops": "borough"}[organisation.name]
    email = f"{name.split(maxsplit=1)[0].lower()}@{domain}.example"
    user = User.objects.create(email=email, name=name, language=language, password=hashed_password())
    membership = Membership.objects.create(user=user, organisation=organisation, since_date=SINCE)
    if role in PARTNER_ROLES:
        membership.give(role, actor=actor, now=NOW)
    else:
        user.grant(role, actor=actor, now=NOW)
    return user


def build_cast() -> Cast:
    larkfield = Organisation.objects.create(name="Larkfield", kind=Kind.BRAND_OWNER, city="London", postcode="EC1A 4HD")
    camden = Organisation.objects.create(name="Camden Computers", kind=Kind.PARTNER, city="London", postcode="NW1 7AB")
    borough = Organisation.objects.create(name="Borough Laptops", kind=Kind.PARTNER, city="London", postcode="SE1 9AL")
    store = Organisation.objects.create(name="Larkfield Soho", kind=Kind.STORE, city="London", postcode="W1D 3QU")
    adam = member("Adam Novak", Role.ADMINISTRATOR, larkfield, actor=None)
    daniel = member("Daniel Wren", Role.INTERACTION_CENTRE_AGENT, larkfield, actor=adam)
    UserSkill.objects.create(user=daniel, skill=Skill.objects.create(code="laptops", name="Laptops"))
    laptop = Product.objects.create(
        code="LK-14-16",
        name="Larkfield 14, 16 GB",
        family="Larkfield 14",
        list_price_minor=59_900,
        currency="GBP",
        ram_gb=16,
        warranty_months=24,
    )
    maya = enrol(
        party=Person(
            first_name="Maya",
            last_name="Thompson",
            email="maya.thompson@mail.example",
            phone="+44 20 7946 0958",
            born_date=date(2004, 5, 17),
            postcode="NW1 5LR",
            city="London",
        ),
        since_date=date(2024, 9, 30),
        segment=Segment.STUDENT,
        is_student=True,
        actor=adam,
        now=NOW,
    )
    ion = enrol(
        party=Person(first_name="Ion", last_name="Ștefănescu", language="ro", city="London", postcode="E8 3RH"),
        since_date=date(2026, 2, 1),
        segment=Segment.HOME,
        actor=adam,
        now=NOW,
    )
    brightside = enrol(
        party=Organisation(name="Brightside Dental", kind=Kind.BUSINESS, city="London", postcode="N1 9GU"),
        since_date=date(2023, 3, 15),
        segment=Segment.BUSINESS,
        actor=adam,
        now=NOW,
    )
    return Cast(
        larkfield=larkfield,
        camden=camden,
        borough=borough,
        soho_store=store,
        adam=adam,
        hannah=member("Hannah Lindqvist", Role.MARKETING_PROFESSIONAL, larkfield, actor=adam),
        daniel=daniel,
        ines=member("Ines Duarte", Role.INTERACTION_CENTRE_MANAGER, larkfield, actor=adam),
        claire=member("Claire Okafor", Role.CHANNEL_MANAGER, larkfield, actor=adam),
        farah=member("Farah Haddad", Role.FINANCE, larkfield, actor=adam),
        petra=member("Petra Ionescu", Role.PARTNER_MANAGER, camden, actor=adam, language="ro"),
        paul=member("Paul Marin", Role.PARTNER_EMPLOYEE, camden, actor=adam, language="ro"),
        rex=member("Rex Harlow", Role.PARTNER_MANAGER, borough, actor=adam),
        maya=maya,
        ion=ion,
        brightside=brightside,
        laptop=laptop,
        mayas_laptop=OwnedProduct.objects.create(
            customer=maya,
            product=laptop,
            bought_date=date(2024, 10, 2),
            store=store,
            price_minor=56_500,
            currency="GBP",
        ),
    )
