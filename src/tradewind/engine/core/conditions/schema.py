"""What a condition may speak of: the attributes of the condition groups with their types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from tradewind.engine import wire
from tradewind.engine.core.conditions.faults import did_you_mean, nearest
from tradewind.engine.core.conditions.values import BOOLEAN, INSTANT, NUMBER, TEXT, Type

_SIMPLE = {"number": NUMBER, "boolean": BOOLEAN, "text": TEXT, "instant": INSTANT}


@dataclass(frozen=True, slots=True)
class Schema:
    """`types` maps `group.attribute` to its type; `groups` holds every group's name."""

    types: Mapping[str, Type]
    groups: frozenset[str]

    @classmethod
    def of(cls, groups: Sequence[wire.ConditionGroup]) -> Schema:
        """The schema of condition groups as a publication declares them; of doubles the first counts."""
        types: dict[str, Type] = {}
        for group in groups:
            for attribute in group.attributes:
                types.setdefault(f"{group.name}.{attribute.name}", type_of_attribute(attribute))
        return cls(MappingProxyType(types), frozenset(group.name for group in groups))

    def type_of(self, key: str) -> Type | None:
        """The type of `group.attribute`; None where it is not declared."""
        return self.types.get(key)

    def suggestion(self, key: str) -> str:
        """The end of a message about an unknown name: the attribute that was probably meant."""
        group, _, name = key.rpartition(".")
        homonyms = [known for known in self.types if known.rpartition(".")[2] == name]
        if homonyms:
            return f"; did you mean {homonyms[0]}?"
        if group not in self.groups:
            return did_you_mean(key, self.types)
        near = nearest(name, (known.rpartition(".")[2] for known in self.types if known.startswith(f"{group}.")))
        return f"; did you mean {group}.{near}?" if near else ""


def type_of_attribute(attribute: wire.Attribute) -> Type:
    """A list holds texts, of the values declared if there are any."""
    category = Type("category", values=tuple(attribute.values))
    if attribute.type == "category":
        return category
    if attribute.type == "list":
        return Type("list", items=category if attribute.values else TEXT)
    return _SIMPLE[attribute.type]
