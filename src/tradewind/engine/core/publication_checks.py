"""What one message alone cannot say about a publication: names, types, texts and where values come from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tradewind.engine import wire
from tradewind.engine.core.actions import action_faults
from tradewind.engine.core.conditions import Checked, Expr, Schema, check, history_calls
from tradewind.engine.core.context import LEARNABLE, declared
from tradewind.engine.core.populating_checks import population_faults
from tradewind.engine.core.presentations import BUILT_IN
from tradewind.engine.core.published import SKILLS
from tradewind.engine.core.wording import BrokenPlaceholder, Wording


class Checks:
    """All faults and warnings of one publication; `expressions` are its rules, each text once, in order."""

    def __init__(self, document: wire.Publication) -> None:
        self.document = document
        self.attributes = declared(document.condition_groups)
        self.schema = Schema.of(document.condition_groups)
        self.faults: list[wire.Fault] = []
        self.warnings: list[wire.Fault] = []
        self.offered = {offer.id: offer.group for offer in document.offers}
        self._checked: dict[str, Checked] = {}

    @classmethod
    def of(cls, document: wire.Publication) -> Checks:
        """Run every check; the faults come in the order of the document."""
        checks = cls(document)
        checks.faults += population_faults(document)
        checks.faults += action_faults(document, checks.attributes)
        checks.names()
        checks.time_zone()
        checks.groups()
        checks.events()
        checks.placements()
        checks.outcomes()
        checks.contact_policies()
        for number, offer in enumerate(document.offers):
            checks.offer(f"/offers/{number}", offer)
        checks.faults.sort(key=lambda fault: _natural(fault.path))
        return checks

    @property
    def expressions(self) -> Mapping[str, Expr]:
        """The rules that could be read, by their text, in the order of the document."""
        return {text: checked.expression for text, checked in self._checked.items() if checked.expression is not None}

    def fault(self, path: str, code: str, message: str) -> None:
        """Note what the publication is refused for; `path` is a JSON Pointer into it."""
        self.faults.append(wire.Fault(path=path, code=code, message=message))

    def warn(self, path: str, code: str, message: str) -> None:
        """Note what is allowed and probably not meant."""
        self.warnings.append(wire.Fault(path=path, code=code, message=message))

    def once(self, path: str, key: str, names: Iterable[str]) -> None:
        """Every name in a list appears once."""
        seen: Counter[str] = Counter()
        for number, name in enumerate(names):
            seen[name] += 1
            if seen[name] > 1:
                self.fault(f"{path}/{number}/{key}", "duplicate", f"{name} is there already")

    def condition(self, path: str, text: str) -> None:
        """A rule must read, fit the condition groups and say yes or no."""
        if text not in self._checked:
            self._checked[text] = check(text, self.schema, expects="boolean")
        self.faults += [
            wire.Fault(path=path, code=fault.code, message=fault.message, line=fault.line, column=fault.column)
            for fault in self._checked[text].faults
        ]
        self.history(path, self._checked[text])

    def history(self, path: str, checked: Checked) -> None:
        """What a rule asks of contacts with an offer or a group that is not in the publication is probably a slip."""
        for call in history_calls(checked.expression) if checked.expression else ():
            known = {"offer": self.offered, "group": self.offered.values()}.get(call.scope)
            if known is not None and call.name not in known:
                self.warn(path, f"unknown_{call.scope}", f"no {call.scope} of the publication is called {call.name}")

    def text(self, path: str, text: str) -> None:
        """Placeholders name attributes of the condition groups; `customer.*` may be undeclared and stays empty."""
        try:
            wording = Wording.read(text)
        except BrokenPlaceholder as broken:
            self.faults.append(
                wire.Fault(
                    path=path, code="bad_placeholder", message=str(broken), line=broken.line, column=broken.column
                )
            )
            return
        for name in dict.fromkeys(wording.names):
            if name in self.attributes:
                continue
            tell = self.warn if name.startswith("customer.") else self.fault
            tell(path, "unknown_attribute", f"no condition group declares {name}")

    # ------------------------------------------------------------ the parts of the document

    def names(self) -> None:
        """Nothing that is referred to by name or id may stand twice."""
        document = self.document
        self.once("/condition_groups", "name", (group.name for group in document.condition_groups))
        for number, group in enumerate(document.condition_groups):
            self.once(f"/condition_groups/{number}/attributes", "name", (a.name for a in group.attributes))
        self.once("/events", "name", (event.name for event in document.events))
        self.once("/placements", "name", (placement.name for placement in document.placements))
        self.once("/outcomes", "name", (outcome.name for outcome in document.outcomes))
        self.once("/arbitration", "name", (arbitration.name for arbitration in document.arbitration))
        self.once("/contact_policies", "name", (policy.name for policy in document.contact_policies))
        self.once("/offers", "id", (offer.id for offer in document.offers))

    def time_zone(self) -> None:
        """The time zone is one of the IANA database."""
        try:
            ZoneInfo(self.document.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.fault("/time_zone", "unknown_time_zone", f"no time zone is called {self.document.time_zone}")

    def groups(self) -> None:
        """Every attribute of every condition group fits its type."""
        for number, group in enumerate(self.document.condition_groups):
            for place, attribute in enumerate(group.attributes):
                self.attribute(f"/condition_groups/{number}/attributes/{place}", attribute)

    def attribute(self, path: str, attribute: wire.Attribute) -> None:
        """Ranges belong to numbers and lists of values to texts; only learnable types can be predictive."""
        low, high = attribute.min, attribute.max
        if attribute.type != "number" and (low is not None or high is not None):
            self.fault(f"{path}/min" if low is not None else f"{path}/max", "no_range", "only numbers have a range")
        elif low is not None and high is not None and low > high:
            self.fault(f"{path}/max", "empty_range", "the most is below the least")
        if attribute.values and attribute.type in {"number", "boolean", "instant"}:
            self.fault(f"{path}/values", "no_values", f"a {attribute.type} has no list of values")
        self.once_each(f"{path}/values", attribute.values)
        if attribute.predictive and attribute.type not in LEARNABLE:
            self.warn(f"{path}/predictive", "not_learnt_from", f"predictors do not look at a {attribute.type}")

    def once_each(self, path: str, values: list[str]) -> None:
        """Every value in a list appears once."""
        for number, value in enumerate(values):
            if value in values[:number]:
                self.fault(f"{path}/{number}", "duplicate", f"{value} is there already")

    def events(self) -> None:
        """Actions name condition groups and placements that are declared."""
        groups = {group.name for group in self.document.condition_groups}
        placements = {placement.name for placement in self.document.placements}
        for number, event in enumerate(self.document.events):
            for place, action in enumerate(event.actions):
                path = f"/events/{number}/actions/{place}"
                match action:
                    case wire.Populate():
                        for at, name in enumerate(action.groups):
                            if name not in groups:
                                self.fault(f"{path}/groups/{at}", "unknown_group", f"no condition group {name}")
                    case wire.Decide() if action.placement not in placements:
                        self.fault(f"{path}/placement", "unknown_placement", f"no placement {action.placement}")

    def placements(self) -> None:
        """Placements name an arbitration that is declared; context weights have a rule that reads."""
        known = {arbitration.name for arbitration in self.document.arbitration} | {"default"}
        offered = {offer.group for offer in self.document.offers}
        for number, placement in enumerate(self.document.placements):
            if placement.arbitration not in known:
                path = f"/placements/{number}/arbitration"
                self.fault(path, "unknown_arbitration", f"no arbitration {placement.arbitration}")
        for number, arbitration in enumerate(self.document.arbitration):
            for place, weight in enumerate(arbitration.context_weights):
                path = f"/arbitration/{number}/context_weights/{place}"
                self.condition(f"{path}/when", weight.when)
                if weight.group not in offered:
                    self.warn(f"{path}/group", "unknown_group", f"no offer is in the group {weight.group}")

    def outcomes(self) -> None:
        """The built-in outcomes keep their meaning, and some outcome has a reward."""
        built_in = {outcome.name: outcome for outcome in BUILT_IN}
        for number, outcome in enumerate(self.document.outcomes):
            own = built_in.get(outcome.name)
            if own is not None and (outcome.reward != 0.0 or outcome.final != own.final):
                said = "ends" if own.final else "does not end"
                message = f"{outcome.name} has no reward and {said} a presentation"
                self.fault(f"/outcomes/{number}", "built_in_outcome", message)
        if self.document.offers and not any(outcome.reward > 0.0 for outcome in self.document.outcomes):
            self.warn("/outcomes", "nothing_to_learn", "no outcome has a reward, so nothing is learnt")

    def contact_policies(self) -> None:
        """A channel that no placement is on is probably a slip."""
        channels = {placement.channel for placement in self.document.placements}
        for number, policy in enumerate(self.document.contact_policies):
            for place, channel in enumerate(policy.channels):
                if channel not in channels:
                    path = f"/contact_policies/{number}/channels/{place}"
                    self.warn(path, "unknown_channel", f"no placement is on the channel {channel}")

    def offer(self, path: str, offer: wire.Offer) -> None:
        """One offer: its time, its placements, its rules, its profiles and its words."""
        placements = {placement.name: placement for placement in self.document.placements}
        if offer.starts_at and offer.ends_at and offer.ends_at <= offer.starts_at:
            self.fault(f"{path}/ends_at", "ends_before_start", "the offer ends before it starts")
        if offer.limits.budget is not None and not offer.cost:
            self.fault(f"{path}/limits/budget", "nothing_spent", "a budget is spent by cost, and the offer has none")
        for number, name in enumerate(offer.placements):
            if name not in placements:
                self.fault(f"{path}/placements/{number}", "unknown_placement", f"no placement {name}")
            elif placements[name].channel not in {treatment.channel for treatment in offer.treatments}:
                message = f"no treatment for the channel {placements[name].channel}, so it is not shown there"
                self.warn(f"{path}/placements/{number}", "no_treatment", message)
        if not offer.placements:
            self.warn(f"{path}/placements", "never_shown", "the offer has no placement")
        self.condition(f"{path}/eligibility", offer.eligibility)
        self.skills(f"{path}/agent_skills", offer)
        self.profiles(f"{path}/profiles", offer.profiles)
        self.treatments(f"{path}/treatments", offer.treatments)

    def skills(self, path: str, offer: wire.Offer) -> None:
        """Skills can be asked for only where the agent's are declared as a list."""
        attribute = self.attributes.get(SKILLS)
        if offer.agent_skills and (attribute is None or attribute.type != "list"):
            self.fault(path, "unknown_attribute", f"skills are looked up in {SKILLS}, and no such list is declared")

    def profiles(self, path: str, profiles: list[wire.Profile]) -> None:
        """An offer has profiles; one that an earlier profile hides is warned of."""
        if not profiles:
            self.fault(path, "no_profile", "an offer needs a recipient profile; the rule true suits everyone")
        self.once(path, "id", (profile.id for profile in profiles))
        everyone: str | None = None
        rules: dict[str, str] = {}
        for number, profile in enumerate(profiles):
            self.condition(f"{path}/{number}/rule", profile.rule)
            for language, text in profile.suitability.items():
                self.text(f"{path}/{number}/suitability/{language}", text)
            rule = profile.rule.strip()
            above = everyone or rules.setdefault(rule, profile.id)
            if above != profile.id:
                self.warn(f"{path}/{number}/rule", "unreachable", f"{above}, above it, already takes all of these")
            everyone = everyone or (profile.id if rule == "true" else None)

    def treatments(self, path: str, treatments: list[wire.Treatment]) -> None:
        """An offer has words; two for one channel and language are warned of."""
        if not treatments:
            self.fault(path, "no_treatment", "an offer needs a treatment")
        self.once(path, "id", (treatment.id for treatment in treatments))
        seen: dict[tuple[str, str], str] = {}
        for number, treatment in enumerate(treatments):
            first = seen.setdefault((treatment.channel, treatment.language), treatment.id)
            if first != treatment.id:
                self.warn(f"{path}/{number}", "overlapping", f"{first} comes first for this channel and language")
            for name, text in treatment.texts.items():
                self.text(f"{path}/{number}/texts/{name}", text)


def _natural(path: str) -> list[tuple[int, str]]:
    """Sorts /offers/2 before /offers/10. What somebody called ¹ is no number, nor is what is longer than one here."""
    return [(int(part), "") if part.isdecimal() and len(part) < 10 else (-1, part) for part in path.split("/")]
