"""The customers of Universal Bank and the five offers a marketer would write for them.

The data (`dmba`, 5,000 customers) says which of five products each customer holds; holding one is taken as "would
accept". The product columns never reach the engine. Of the rest it sees income, education, family, card spending,
mortgage and age.

An offer's value is its rarity: (share of customers who hold the product) ** -0.75, scaled so that the rarest, the CD
account, is worth 100. So a rare product pays more, yet offering online banking to everybody stays a good fixed rule.
The five constants were worked out once from the five shares, and from nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tradewind.demo import packaged
from tradewind.engine import wire

EVENT = "branch-visit"
PLACEMENT = "branch"
CHANNEL = "branch"
PREFIX = "bank-"
EDUCATION = {"1": "undergraduate", "2": "graduate", "3": "professional"}


class DataAbsent(Exception):  # noqa: N818 - it says what is, not that something failed
    """The package with the data is not installed."""


@dataclass(frozen=True, slots=True)
class Profile:
    id: str
    rule: str
    suitability: str


@dataclass(frozen=True, slots=True)
class BankOffer:
    id: str
    title: str
    column: str
    value: float
    profiles: tuple[Profile, ...]


@dataclass(frozen=True, slots=True)
class BankCustomer:
    """`attributes` is all the engine gets; `holds` is the truth, offer id to whether it would be accepted."""

    id: str
    attributes: Mapping[str, Any]
    holds: Mapping[str, bool]


OFFERS = (
    BankOffer(
        "bank-personal-loan",
        "Personal loan",
        "Personal Loan",
        71.0,
        (
            Profile(
                "well-paid-graduates",
                'customer.income >= 100 && customer.education != "undergraduate"',
                "A good income and a degree: a larger purchase may be planned.",
            ),
            Profile(
                "well-paid-families",
                "customer.income >= 100 && customer.family >= 3",
                "A good income and a family to house.",
            ),
            Profile("well-paid", "customer.income >= 100", "The income carries a loan."),
            Profile("big-spenders", "customer.card_spending >= 3", "Spends much by card; a loan is cheaper."),
            Profile("others", "true", "A loan for whatever comes."),
        ),
    ),
    BankOffer(
        "bank-securities-account",
        "Securities account",
        "Securities Account",
        66.0,
        (
            Profile("near-retirement", "customer.age >= 55", "Time to put something by for later."),
            Profile("well-paid", "customer.income >= 100", "Has something to invest."),
            Profile("others", "true", "Begin with small amounts."),
        ),
    ),
    BankOffer(
        "bank-cd-account",
        "Certificate of deposit",
        "CD Account",
        100.0,
        (
            Profile(
                "well-paid-owners",
                "customer.income >= 100 && customer.mortgage > 0",
                "Owns a home and saves: fixed interest suits.",
            ),
            Profile("well-paid", "customer.income >= 100", "Has savings that could earn more."),
            Profile("others", "true", "Fixed interest for a fixed time."),
        ),
    ),
    BankOffer(
        "bank-online",
        "Online banking",
        "Online",
        18.0,
        (
            Profile("younger", "customer.age < 40", "Banks from the sofa."),
            Profile("others", "true", "Saves the way to the branch."),
        ),
    ),
    BankOffer(
        "bank-credit-card",
        "Credit card",
        "CreditCard",
        31.0,
        (
            Profile("card-users", "customer.card_spending >= 2", "Pays by card already; ours costs less."),
            Profile("others", "true", "A card for travel and the web."),
        ),
    ),
)

OUTCOMES = (wire.Outcome(name="accepted", reward=1.0), wire.Outcome(name="rejected", reward=0.0))

ATTRIBUTES = (
    wire.Attribute(name="income", type="number", min=0, max=300, predictive=True),
    wire.Attribute(name="education", type="category", values=list(EDUCATION.values()), predictive=True),
    wire.Attribute(name="family", type="number", min=1, max=4, predictive=True),
    wire.Attribute(name="card_spending", type="number", min=0, max=10, predictive=True),
    wire.Attribute(name="mortgage", type="number", min=0, max=700, predictive=True),
    wire.Attribute(name="age", type="number", min=18, max=100, predictive=True),
)


def read() -> list[BankCustomer]:
    """Every customer, in the order of the file. Raises DataAbsent."""
    path = packaged.find("dmba", "dmba/csvFiles/UniversalBank.csv.gz")
    if path is None:
        raise DataAbsent("The data package dmba is not installed; `make setup` installs it.")
    lines = packaged.rows(path)
    header = next(lines)
    return [customer(dict(zip(header, line, strict=True))) for line in lines]


def customer(line: Mapping[str, str]) -> BankCustomer:
    """One line of the file, split into what the engine sees and the truth. Money is in thousands of dollars."""
    return BankCustomer(
        id=f"{PREFIX}{line['ID']}",
        attributes={
            "customer.income": float(line["Income"]),
            "customer.education": EDUCATION[line["Education"]],
            "customer.family": float(line["Family"]),
            "customer.card_spending": float(line["CCAvg"]),
            "customer.mortgage": float(line["Mortgage"]),
            "customer.age": float(line["Age"]),
        },
        holds={offer.id: line[offer.column] == "1" for offer in OFFERS},
    )


def publication(number: int) -> wire.Publication:
    """The five offers competing for one place, no control group, everything else at its default."""
    return wire.Publication(
        wire=1,
        number=number,
        condition_groups=[
            wire.ConditionGroup(
                name="customer", attributes=list(ATTRIBUTES), populated_by=[wire.PopulatedBy(event=True)]
            )
        ],
        events=[
            wire.EventDeclaration(
                name=EVENT, actions=[wire.Populate(groups=["customer"]), wire.Decide(placement=PLACEMENT)]
            )
        ],
        placements=[
            wire.Placement(name=PLACEMENT, channel=CHANNEL, limit=1, arbitration=PLACEMENT, control_percent=0.0)
        ],
        outcomes=list(OUTCOMES),
        arbitration=[wire.Arbitration(name=PLACEMENT)],
        offers=[_published(offer) for offer in OFFERS],
    )


def _published(offer: BankOffer) -> wire.Offer:
    return wire.Offer(
        id=offer.id,
        product=offer.column.lower().replace(" ", "-"),
        group="bank",
        placements=[PLACEMENT],
        value=offer.value,
        profiles=[
            wire.Profile(id=profile.id, rule=profile.rule, suitability={"en": profile.suitability})
            for profile in offer.profiles
        ],
        treatments=[wire.Treatment(id=f"{CHANNEL}-en", channel=CHANNEL, language="en", texts={"title": offer.title})],
    )
