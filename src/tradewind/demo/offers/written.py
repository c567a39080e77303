"""An offer on the marketer's desk, before it is a record."""

from dataclasses import dataclass
from typing import Literal

ALL = "true"


@dataclass(frozen=True, slots=True)
class Words:
    """What is said in one language: on the phone with a pitch, on the web with a link."""

    title: str
    body: str
    pitch: str


@dataclass(frozen=True, slots=True)
class WrittenProfile:
    code: str
    name: str
    rule: str
    suitability_en: str
    suitability_ro: str


@dataclass(frozen=True, slots=True)
class WrittenOffer:
    """`value` and `cost` are weights, in what a sale leaves in pounds; `product` is a code of the catalogue.

    Of `priority` 1 is the highest: where such an offer may be made, no lower one competes.
    """

    code: str
    campaign: str
    group: str
    product: str | None
    value: int
    cost: int
    english: Words
    romanian: Words
    profiles: tuple[WrittenProfile, ...]
    eligibility: str = ALL
    purpose: Literal["product_offer", "message"] = "product_offer"
    display: Literal["always", "default", "priority"] = "priority"
    priority: int = 5
    reoffer_after_days: int = 14
    skills: tuple[str, ...] = ()
    goals: str = ""
