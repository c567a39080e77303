"""Which customers go down a branch of a tree: its bins read back as values, and said in words."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Final

from tradewind.engine import wire
from tradewind.engine.core.context import lower_edges
from tradewind.engine.core.events import Branch
from tradewind.engine.core.kernels.binning import BINS, MISSING
from tradewind.engine.core.predictors.splitting import Kind

_YES_OR_NO: Final = {"true": "yes", "false": "no"}


def kind_of(attribute: wire.Attribute) -> Kind | None:
    """How an attribute may be cut; None where nobody could say which values a bin has."""
    match attribute.type:
        case "number":
            return "number"
        case "boolean":
            return "category"
        case "category" if attribute.values:
            return "category"
    return None


def branch_of(
    name: str, mask: int, known: Mapping[str, wire.Attribute], *, always_known: Container[str] = frozenset()
) -> Branch:
    """The branch of an attribute that has these bins, as far as the attribute is still declared.

    `always_known` are the attributes that were known of everybody so far.

    >>> income = wire.Attribute(name="income", type="number", min=0.0, max=160.0)
    >>> branch_of("customer.income", 0b111, {"customer.income": income}).below
    30.0
    """
    attribute, missing = known.get(name), bool(mask >> MISSING & 1)
    everybody = name in always_known
    places = [at for at in range(BINS) if mask >> at & 1]
    if attribute is None or not places:
        return Branch(name, missing=missing, always_known=everybody)
    if attribute.type == "number":
        edges = [*lower_edges(attribute), None]
        lowest, above = places[0], places[-1] + 1
        return Branch(
            name,
            at_least=edges[lowest] if lowest < len(edges) else None,
            below=edges[above] if above < len(edges) else None,
            missing=missing,
            always_known=everybody,
        )
    values = ["false", "true"] if attribute.type == "boolean" else attribute.values
    return Branch(
        name,
        values=tuple(value for at, value in enumerate(values) if min(at, BINS - 1) in places),
        missing=missing,
        always_known=everybody,
    )


def words(branch: Branch) -> str:
    """A branch in English, without the name of the attribute's group.

    Where the attribute was always known, nothing is said of those of whom it is not.

    >>> words(Branch("customer.income", at_least=100_000.0)), words(Branch("customer.balance", missing=True))
    ('income from 100,000', 'balance not known')
    >>> words(Branch("customer.education", values=("Graduate", "Professional")))
    'education is Graduate or Professional'
    """
    name = branch.attribute.rpartition(".")[2].replace("_", " ")
    if branch.values:
        said = _listed(name, branch.values)
    elif branch.at_least is not None and branch.below is not None:
        said = f"{name} from {_number(branch.at_least)} to below {_number(branch.below)}"
    elif branch.at_least is not None:
        said = f"{name} from {_number(branch.at_least)}"
    elif branch.below is not None:
        said = f"{name} below {_number(branch.below)}"
    else:
        return f"{name} not known" if branch.missing else f"{name} known"
    return f"{said} or not known" if branch.missing and not branch.always_known else said


def _listed(name: str, values: tuple[str, ...]) -> str:
    """One of these values; of a boolean yes or no."""
    if len(values) == 1 and values[0] in _YES_OR_NO:
        return f"{name}: {_YES_OR_NO[values[0]]}"
    *others, last = values
    return f"{name} is {f'{", ".join(others)} or {last}' if others else last}"


def _number(value: float) -> str:
    return f"{value:,.12g}"
