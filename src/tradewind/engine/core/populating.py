"""How condition groups are filled: from the call, from data sources, from other groups, in order of trust.

The graph is worked out at publish, attribute by attribute, so that a source may look a customer up by one
attribute of a group and give another of the same group. Nothing here asks anybody: `Filling` says which sources
are worth asking now, takes what they said, and comes to the same values whatever order they answered in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import msgspec

from tradewind.engine import wire
from tradewind.engine.core.context import declared, typed
from tradewind.engine.core.placeholders import CALL_NAMES, Template, strings

type Values = Mapping[str, Any]

_NOTHING: Final[Values] = {}


@dataclass(frozen=True, slots=True)
class CompiledSource:
    """A declared source: `needs` are its placeholders, `attributes` what it maps, `fallback` typed."""

    name: str
    document: wire.DataSource
    needs: tuple[str, ...]
    attributes: Mapping[str, wire.Attribute]
    fallback: Values


@dataclass(frozen=True, slots=True)
class Giver:
    """Where an attribute may come from; `name` is a source, or the attribute that is copied."""

    kind: Literal["event", "source", "attribute"]
    name: str = ""


_EVENT: Final = Giver("event")


@dataclass(frozen=True, slots=True)
class Population:
    """The graph. `givers` has the attributes that may come from elsewhere than the call, most trusted giver first;
    `unsendable` those that a call may not send."""

    sources: Mapping[str, CompiledSource] = field(default_factory=dict)
    givers: Mapping[str, tuple[Giver, ...]] = field(default_factory=dict)
    unsendable: frozenset[str] = frozenset()

    @classmethod
    def of(cls, document: wire.Publication) -> Population:
        """The graph of a publication in which `faults` found nothing."""
        attributes = declared(document.condition_groups)
        sources = {source.name: _compiled(source, attributes) for source in document.data_sources}
        all_givers = givers(document)
        return cls(
            sources=sources,
            givers={name: found for name, found in all_givers.items() if found != (_EVENT,)},
            unsendable=frozenset(name for name, found in all_givers.items() if _EVENT not in found),
        )

    def filled_elsewhere(self, wanted: Iterable[str]) -> tuple[str, ...]:
        """Those of the wanted attributes that may come from elsewhere than the call."""
        return tuple(sorted({name for name in wanted if name in self.givers}))


def givers(document: wire.Publication) -> dict[str, tuple[Giver, ...]]:
    """Every attribute's givers, most trusted first; names that lead nowhere are left out."""
    attributes = declared(document.condition_groups)
    mapped = {source.name: source.mapping for source in document.data_sources}
    found: dict[str, tuple[Giver, ...]] = {}
    for group in document.condition_groups:
        for attribute in group.attributes:
            name = f"{group.name}.{attribute.name}"
            chosen: list[Giver] = []
            for origin in group.populated_by or [wire.PopulatedBy(event=True)]:
                copied = f"{origin.condition_group}.{attribute.name}"
                if origin.event or (origin.data_source is None and origin.condition_group is None):
                    chosen.append(_EVENT)
                elif origin.data_source is not None and name in mapped.get(origin.data_source, ()):
                    chosen.append(Giver("source", origin.data_source))
                elif copied in attributes and attributes[copied].type == attribute.type:
                    chosen.append(Giver("attribute", copied))
            found[name] = tuple(dict.fromkeys(chosen))
    return found


def placeholders(source: wire.DataSource) -> dict[str, str]:
    """The names that a source's request has placeholders for, each with the path of its first place."""
    request = source.request
    texts = [("/request/url", request.url)]
    texts += [(f"/request/headers/{name}", text) for name, text in request.headers.items() if isinstance(text, str)]
    texts += strings(request.body, "/request/body")
    found: dict[str, str] = {}
    for path, text in texts:
        for name in Template.read(text).names:
            found.setdefault(name, path)
    return found


def _compiled(source: wire.DataSource, attributes: Mapping[str, wire.Attribute]) -> CompiledSource:
    return CompiledSource(
        name=source.name,
        document=source,
        needs=tuple(placeholders(source)),
        attributes={name: attributes[name] for name in source.mapping},
        fallback={name: typed(value, attributes[name]) for name, value in source.fallback.items()},
    )


class _Found(msgspec.Struct, frozen=True, gc=False):
    """What is known of an attribute now: `settled` false while somebody who is trusted more may still answer."""

    settled: bool
    known: bool = False
    value: Any = None
    is_default: bool = False


_OPEN: Final = _Found(settled=False)
_MISSING: Final = _Found(settled=True)


class Filling:
    """One event's attributes while they are being filled. Mutable, used for one event and then let go.

    Args:
        population: the graph of the publication in force.
        known: values that stand whatever a source says: those of the session, and those assigned.
        sent: values of this call; used where the group trusts the call.
        call: what placeholders may name besides attributes: customer, session, agent, channel, language.
        later: attributes that an action will assign: sources that look somebody up by one have to wait for it.
    """

    def __init__(
        self, population: Population, *, known: Values, sent: Values, call: Values, later: Collection[str] = ()
    ) -> None:
        self._population = population
        self._known = dict(known)
        for name, value in sent.items():
            chosen = population.givers.get(name)
            if chosen is None or chosen[:1] == (_EVENT,):
                self._known[name] = value
        self._sent = sent
        self._call = call
        self._later = set(later)
        self._asked: set[str] = set()
        self._answers: dict[str, Values] = {}
        self._wanted: set[str] = set()
        self._looked: dict[str, _Found] = {}

    def to_ask(self, wanted: Iterable[str]) -> list[CompiledSource]:
        """The sources worth asking now for these attributes, in the order of the publication; each once."""
        self._wanted.update(wanted)
        chosen: set[str] = set()
        seen: set[str] = set()
        for name in wanted:
            self._choose(name, chosen, seen)
        self._asked |= chosen
        self._looked.clear()
        return [source for name, source in self._population.sources.items() if name in chosen]

    def answered(self, source: str, values: Values) -> None:
        """What a source said, typed; nothing where it was late, down or wrong."""
        self._answers[source] = values
        self._looked.clear()

    def assign(self, name: str, value: Any) -> None:
        """Set an attribute; None leaves it as it was. Sources that waited for it may be asked now."""
        self._later.discard(name)
        self._looked.clear()
        if value is not None:
            self._known[name] = value

    def close(self) -> None:
        """Ask nobody any more: whoever has not answered has nothing to say."""
        for name in self._population.sources:
            self._answers.setdefault(name, _NOTHING)
        self._later.clear()
        self._looked.clear()

    def request_values(self, source: CompiledSource) -> dict[str, Any]:
        """The value of each placeholder of a source that `to_ask` named."""
        return {name: self._need(name).value for name in source.needs}

    def values(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Every value known now, and those among them that are fallbacks. Fallbacks fill only what was wanted."""
        values, defaults = dict(self._known), {}
        for name in self._population.givers:
            found = self._look(name)
            if not found.known or (found.is_default and name not in self._wanted):
                continue
            values[name] = found.value
            if found.is_default:
                defaults[name] = found.value
        return values, defaults

    # ------------------------------------------------------------ the walk

    def _choose(self, name: str, chosen: set[str], seen: set[str]) -> None:
        """Add the sources that could still change what is known of an attribute."""
        if name in seen or self._look(name).settled:
            return
        seen.add(name)
        for giver in self._population.givers.get(name, ()):
            if giver.kind == "event" and name in self._sent:
                return
            if giver.kind == "attribute":
                self._choose(giver.name, chosen, seen)
            elif giver.kind == "source" and giver.name not in self._asked:
                self._reach(giver.name, chosen, seen)

    def _reach(self, source: str, chosen: set[str], seen: set[str]) -> None:
        """Add a source, or those that give what it needs."""
        needs = self._population.sources[source].needs
        found = {name: self._need(name) for name in needs}
        if all(each.known for each in found.values()):
            chosen.add(source)
        for name, each in found.items():
            if not each.settled and name not in self._later:
                self._choose(name, chosen, seen)

    def _look(self, name: str) -> _Found:
        if name in self._known:
            return _Found(settled=True, known=True, value=self._known[name])
        found = self._looked.get(name)
        if found is None:
            found = self._looked[name] = self._worked_out(name)
        return found

    def _worked_out(self, name: str) -> _Found:
        default = _MISSING
        for giver in self._population.givers.get(name, ()):
            found = self._given(name, giver)
            if not found.settled or (found.known and not found.is_default):
                return found
            if found.known and not default.known:
                default = found
        return default

    def _given(self, name: str, giver: Giver) -> _Found:
        """What one giver says."""
        match giver.kind:
            case "event":
                return _real(self._sent, name)
            case "attribute":
                return self._look(giver.name)
        answer = self._answers.get(giver.name)
        source = self._population.sources[giver.name]
        if answer is None and (giver.name in self._asked or not self._is_hopeless(source)):
            return _OPEN
        if answer is not None and name in answer:
            return _real(answer, name)
        if name in source.fallback:
            return _Found(settled=True, known=True, value=source.fallback[name], is_default=True)
        return _MISSING

    def _is_hopeless(self, source: CompiledSource) -> bool:
        """Whether something that the source has to be asked with will never be known."""
        return any(found.settled and not found.known for found in (self._need(name) for name in source.needs))

    def _need(self, name: str) -> _Found:
        if name in CALL_NAMES:
            return _real(self._call, name)
        return _OPEN if name in self._later else self._look(name)


def _real(values: Values, name: str) -> _Found:
    return _Found(settled=True, known=True, value=values[name]) if name in values else _MISSING
