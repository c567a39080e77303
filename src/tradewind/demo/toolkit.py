"""What marketing's rules may speak of, and where offers appear: Larkfield's application toolkit."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tradewind.crm.interactions.models import CallReason, WrapUp
from tradewind.crm.toolkit.models import (
    Arbitration,
    Attribute,
    Channel,
    ConditionGroup,
    EventDeclaration,
    Outcome,
    Placement,
)
from tradewind.demo.machines import FAMILIES

TYPE = Attribute.Type
CALL, PAGE = "call-started", "page-viewed"
DESK, SHOWROOM = "desk", "showroom"
REASONS = {
    "battery": ("Battery", "Baterie"),
    "new_machine": ("New machine", "Laptop nou"),
    "order_status": ("Order status", "Stadiul comenzii"),
    "invoice": ("Invoice", "Factură"),
    "cancellation": ("Cancellation", "Anulare"),
    "other": ("Something else", "Altceva"),
}
WRAP_UPS = {
    "sold": ("Offer accepted", "Ofertă acceptată"),
    "helped": ("Helped", "Rezolvat"),
    "call_back": ("Call back later", "De sunat mai târziu"),
    "lost": ("Could not be helped", "Nerezolvat"),
}
SEGMENTS = {
    "home": ("Home", "Persoană fizică"),
    "business": ("Business", "Firmă"),
    "student": ("Student", "Student"),
}
AGE_BANDS = {
    "under_25": ("Under 25", "Sub 25"),
    "25_34": ("25 to 34", "25–34"),
    "35_49": ("35 to 49", "35–49"),
    "50_64": ("50 to 64", "50–64"),
    "65_and_over": ("65 and over", "65 și peste"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """One attribute of a group: what rules may ask of it."""

    name: str
    type: str
    label: str
    label_ro: str
    min: float | None = None
    max: float | None = None
    values: tuple[str, ...] = ()
    names: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """What people read for a value, in English and in Romanian."""
    predictive: bool = False
    sensitive: bool = False


GROUPS: dict[str, tuple[str, str, tuple[Known, ...]]] = {
    "customer": (
        "Customer",
        "Client",
        (
            Known("tenure_months", TYPE.NUMBER, "Months with us", "Luni de când e client", 0, 600, predictive=True),
            Known(
                "segment", TYPE.CATEGORY, "Segment", "Segment", values=tuple(SEGMENTS), names=SEGMENTS, predictive=True
            ),
            Known("is_student", TYPE.BOOLEAN, "Student", "Student"),
            Known("age_band", TYPE.CATEGORY, "Age", "Vârstă", values=tuple(AGE_BANDS), names=AGE_BANDS, sensitive=True),
            Known("city", TYPE.TEXT, "City", "Oraș"),
            Known("first_name", TYPE.TEXT, "First name", "Prenume"),
        ),
    ),
    "machine": (
        "Machine",
        "Laptop",
        (
            Known("age_months", TYPE.NUMBER, "Age in months", "Vechime în luni", 0, 240, predictive=True),
            Known("name", TYPE.TEXT, "Name", "Nume"),
            Known("family", TYPE.CATEGORY, "Family", "Familie", values=tuple(sorted(FAMILIES.values()))),
            Known("price", TYPE.NUMBER, "Price paid in pounds", "Preț plătit în lire", 0, 10_000),
            Known("ram_gb", TYPE.NUMBER, "Memory in GB", "Memorie în GB", 0, 64),
            Known("in_warranty", TYPE.BOOLEAN, "In warranty", "În garanție"),
        ),
    ),
    "call": (
        "Call",
        "Apel",
        (Known("reason", TYPE.CATEGORY, "Reason", "Motiv", values=tuple(REASONS), names=REASONS, predictive=True),),
    ),
    "agent": (
        "Agent",
        "Agent",
        (Known("skills", TYPE.LIST, "Skills", "Competențe", values=("business", "retention")),),
    ),
}
OUTCOMES = (
    # name, label, label in Romanian, reward, final
    ("accepted", "Accepted", "Acceptată", 1.0, True),
    ("interested", "Interested", "Interesat", 0.3, False),
    ("not_now", "Not now", "Nu acum", 0.0, True),
    ("rejected", "Rejected", "Respinsă", 0.0, True),
    ("skipped", "Skipped", "Omisă", 0.0, True),
)


def load() -> None:
    """Condition groups, placements, events, outcomes, reasons and wrap-ups."""
    groups = {name: group(name, written, position=place) for place, (name, written) in enumerate(GROUPS.items())}
    arbitration = Arbitration.objects.create(name="default", exponent=1.0, per_group=2)
    desk = Placement.objects.create(
        name=DESK, label="Agent's desk", label_ro="Biroul agentului", channel=Channel.CALL_CENTER, limit=3,
        arbitration=arbitration,
    )  # fmt: skip
    showroom = Placement.objects.create(
        name=SHOWROOM, label="Showroom", label_ro="Showroom", channel=Channel.WEB, limit=2, arbitration=arbitration
    )
    call = EventDeclaration.objects.create(
        name=CALL, label="A call has started", label_ro="A început un apel", placement=desk, presents=False
    )
    call.groups.set(groups.values())
    page = EventDeclaration.objects.create(
        name=PAGE, label="A page was viewed", label_ro="A fost văzută o pagină", placement=showroom, presents=True
    )
    page.groups.set([groups["customer"], groups["machine"]])
    for position, (name, label, label_ro, reward, final) in enumerate(OUTCOMES):
        Outcome.objects.create(name=name, label=label, label_ro=label_ro, reward=reward, final=final, position=position)
    for position, (code, (name, name_ro)) in enumerate(REASONS.items()):
        CallReason.objects.create(code=code, name=name, name_ro=name_ro, position=position)
    for position, (code, (name, name_ro)) in enumerate(WRAP_UPS.items()):
        WrapUp.objects.create(code=code, name=name, name_ro=name_ro, position=position)


def group(name: str, written: tuple[str, str, tuple[Known, ...]], *, position: int) -> ConditionGroup:
    """Declare a condition group with its attributes."""
    label, label_ro, attributes = written
    declared = ConditionGroup.objects.create(name=name, label=label, label_ro=label_ro, position=position)
    Attribute.objects.bulk_create(
        Attribute(
            group=declared,
            name=known.name,
            type=known.type,
            min=known.min,
            max=known.max,
            values=list(known.values),
            value_names={value: list(names) for value, names in known.names.items()},
            predictive=known.predictive,
            sensitive=known.sensitive,
            label=known.label,
            label_ro=known.label_ro,
            position=place,
        )
        for place, known in enumerate(attributes)
    )
    return declared
