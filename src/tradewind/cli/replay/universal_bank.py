"""The customers of Universal Bank, and the publication of its five offers.

The data (`dmba`, 5,000 customers) says which of five products each customer holds; holding one is taken as "would
accept". The product columns never reach the engine. Of the rest it sees income, education, family, card spending,
mortgage and age. The offers are those of `tradewind.demo.bank`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tradewind.demo import packaged
from tradewind.demo.bank import ATTRIBUTES, EVENT, GROUP, OFFERS, PLACEMENT, PREFIX, BankAttribute, BankOffer
from tradewind.engine import wire

CHANNEL = "store"
EDUCATION = {"1": "undergraduate", "2": "graduate", "3": "professional"}
OUTCOMES = (wire.Outcome(name="accepted", reward=1.0), wire.Outcome(name="rejected", reward=0.0))


class DataAbsent(Exception):  # noqa: N818 - it says what is, not that something failed
    """The package with the data is not installed."""


@dataclass(frozen=True, slots=True)
class BankCustomer:
    """`attributes` is all the engine gets; `holds` is the truth, offer id to whether it would be accepted."""

    id: str
    attributes: Mapping[str, Any]
    holds: Mapping[str, bool]


def read() -> list[BankCustomer]:
    """Every customer, in the order of the file. Raises DataAbsent."""
    path = packaged.find("dmba", "dmba/csvFiles/UniversalBank.csv.gz")
    if path is None:
        raise DataAbsent("The data package dmba is not installed; `make setup` installs it.")
    lines = packaged.rows(path)
    header = next(lines)
    return [customer(dict(zip(header, line, strict=True))) for line in lines]


def customer(line: Mapping[str, str]) -> BankCustomer:
    """One line of the file, split into what the engine sees and the truth. The file has thousands of dollars."""
    return BankCustomer(
        id=f"{PREFIX}{line['ID']}",
        attributes={
            f"{GROUP}.income": _dollars(line["Income"]),
            f"{GROUP}.education": EDUCATION[line["Education"]],
            f"{GROUP}.family": float(line["Family"]),
            f"{GROUP}.card_spending": _dollars(line["CCAvg"]),
            f"{GROUP}.mortgage": _dollars(line["Mortgage"]),
            f"{GROUP}.age": float(line["Age"]),
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
                name=GROUP,
                attributes=[_attribute(attribute) for attribute in ATTRIBUTES],
                populated_by=[wire.PopulatedBy(event=True)],
            )
        ],
        events=[
            wire.EventDeclaration(name=EVENT, actions=[wire.Populate(groups=[GROUP]), wire.Decide(placement=PLACEMENT)])
        ],
        placements=[
            wire.Placement(name=PLACEMENT, channel=CHANNEL, limit=1, arbitration=PLACEMENT, control_percent=0.0)
        ],
        outcomes=list(OUTCOMES),
        arbitration=[wire.Arbitration(name=PLACEMENT)],
        offers=[_published(offer) for offer in OFFERS],
    )


def _dollars(thousands: str) -> float:
    return float(round(float(thousands) * 1000))


def _attribute(attribute: BankAttribute) -> wire.Attribute:
    kind: Any = attribute.type  # a word of the wire's closed list; the engine checks it
    return wire.Attribute(
        name=attribute.name,
        type=kind,
        min=attribute.min,
        max=attribute.max,
        values=list(attribute.values),
        predictive=True,
    )


def _published(offer: BankOffer) -> wire.Offer:
    return wire.Offer(
        id=offer.id,
        product=offer.product,
        group="bank",
        placements=[PLACEMENT],
        value=offer.value,
        profiles=[
            wire.Profile(id=profile.id, rule=profile.rule, suitability={"en": profile.suitability})
            for profile in offer.profiles
        ],
        treatments=[
            wire.Treatment(id=f"{CHANNEL}-{language}", channel=CHANNEL, language=language, texts={"title": words.title})
            for language, words in (("en", offer.english), ("ro", offer.romanian))
        ],
    )
