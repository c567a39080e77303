"""An estimate in the words of marketing: the verdict first, then what it rests on, what moves, what is wanting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tradewind.crm.access import scope
from tradewind.crm.decisions.finding import Finding, Showing, Verdict, Want, Wanting
from tradewind.crm.identity.models import User
from tradewind.crm.marketing.models import Offer
from tradewind.portals.ui import figures

MOST_LISTED = 8
RAIL_BEYOND = 1.15
HEADLINES: dict[Verdict, str | Promise] = {
    Verdict.BETTER: gettext_lazy("It would do better than what runs"),
    Verdict.NOT_WORSE: gettext_lazy("It would do no worse than what runs"),
    Verdict.WORSE: gettext_lazy("It would do worse than what runs"),
    Verdict.NO_EVIDENCE: gettext_lazy("Not enough evidence"),
}
TONES = {Verdict.BETTER: "good", Verdict.NOT_WORSE: "good", Verdict.WORSE: "bad", Verdict.NO_EVIDENCE: "warn"}
ICONS = {
    Verdict.BETTER: "check",
    Verdict.NOT_WORSE: "check",
    Verdict.WORSE: "triangle-alert",
    Verdict.NO_EVIDENCE: "circle-alert",
}
LEFT_OUT: dict[str, str | Promise] = {
    "erased": gettext_lazy("the customer has been erased since"),
    "other_arms": gettext_lazy("they were made for comparison, not by choice"),
    "no_placement": gettext_lazy("the draft does not have their placement"),
    "nothing_competed": gettext_lazy("no two offers competed in them"),
    "not_possible": gettext_lazy("what was shown then could not have been chosen"),
    "not_reproduced": gettext_lazy("they cannot be made again as they were"),
    "unanswered": gettext_lazy("the customer has not answered yet"),
}


@dataclass(frozen=True, slots=True)
class Moved:
    """An offer that would be shown more or less often."""

    code: str
    title: str
    shown: int
    would_be_shown: int

    @property
    def more(self) -> int:
        return self.would_be_shown - self.shown


@dataclass(frozen=True, slots=True)
class LeftOut:
    why: str
    number: int


@dataclass(frozen=True, slots=True)
class Told:
    """A finding as the page shows it; `rail` is the end of the rail that both bars share."""

    finding: Finding
    headline: str
    summary: str
    wanting: list[str]
    more: list[Moved]
    less: list[Moved]
    others: int
    left_out: list[LeftOut]

    @property
    def margin(self) -> str:
        return points(self.finding.margin)

    @property
    def tone(self) -> str:
        return TONES[self.finding.verdict]

    @property
    def icon(self) -> str:
        return ICONS[self.finding.verdict]

    @property
    def rail(self) -> float:
        highest = max(self.finding.logged, self.finding.acceptance.high if self.finding.acceptance else 0.0)
        return min(highest * RAIL_BEYOND, 1.0) or 1.0


def told(finding: Finding, *, user: User) -> Told:
    moved = _moved(finding.offers, user=user)
    more = [each for each in moved if each.more > 0]
    less = [each for each in moved if each.more < 0]
    return Told(
        finding=finding,
        headline=str(HEADLINES[finding.verdict]),
        summary=summary(finding),
        wanting=list(in_words(finding, finding.wanting)) if finding.wanting else [],
        more=more[:MOST_LISTED],
        less=less[:MOST_LISTED],
        others=len(more[MOST_LISTED:]) + len(less[MOST_LISTED:]),
        left_out=_left_out(finding.left_out),
    )


def points(share: float) -> str:
    """A difference of shares in percentage points, without a sign.

    >>> points(-0.0123)
    '1.2'
    """
    return figures.number(abs(share) * 100, 1)


def summary(finding: Finding) -> str:
    """The verdict's reason in one sentence."""
    if finding.gain is None:
        return _("Nobody knows yet what it would bring.")
    gain = finding.gain
    said = {"low": points(gain.low), "high": points(gain.high), "margin": points(finding.margin)}
    match finding.verdict:
        case Verdict.BETTER:
            return _("Of 100 customers, between %(low)s and %(high)s more would have accepted the first offer.") % said
        case Verdict.NOT_WORSE:
            text = _(
                "Of 100 customers, at most %(low)s fewer would have accepted the first offer; you allow %(margin)s."
            )
            return text % said
        case Verdict.WORSE:
            return _("Of 100 customers, between %(high)s and %(low)s fewer would have accepted the first offer.") % said
        case Verdict.NO_EVIDENCE if gain.high < 0.0:
            return (
                _(
                    "Of 100 customers, between %(high)s and %(low)s fewer would have accepted the first offer. "
                    "You allow %(margin)s fewer, and nobody knows yet whether it stays within that."
                )
                % said
            )
        case Verdict.NO_EVIDENCE:
            return (
                _(
                    "Of 100 customers, somewhere between %(low)s fewer and %(high)s more would have accepted the first "
                    "offer. You allow %(margin)s fewer, and nobody knows yet whether it stays within that."
                )
                % said
            )


def in_words(finding: Finding, wanting: Wanting) -> Iterator[str]:
    """What would be needed for a verdict."""
    match wanting.want:
        case Want.ANSWERS:
            yield _("Nothing that was shown since the running publication began has been answered yet.")
            yield _("Wait until customers have answered, then estimate again.")
        case Want.LIKENESS:
            yield _likeness(finding)
            yield _more(wanting.answers)
        case Want.TIME:
            yield _more(wanting.answers)
        case Want.SHOWING:
            yield _showing(finding)
            yield _("More answers of the same kind do not help. Let exploration show more, or publish to few at first.")
        case Want.DIFFERENCE:
            yield _("The two are so alike that no number of answers within reach tells them apart.")
            yield _("Allow a wider margin before you ask again, or decide without evidence.")


def _likeness(finding: Finding) -> str:
    text = ngettext(
        "%(compared)s answered decision tells as much about the draft as %(worth)s of its own would; 100 are needed.",
        "%(compared)s answered decisions tell as much about the draft as %(worth)s of its own would; 100 are needed.",
        finding.compared,
    )
    return text % {"compared": figures.number(finding.compared), "worth": figures.number(finding.effective_size)}


def _showing(finding: Finding) -> str:
    said = {"share": figures.percent(finding.unsupported)}
    return _("%(share)s of what it would show first had no chance to be shown, so nobody knows the answers.") % said


def _more(answers: int | None) -> str:
    number = answers or 1
    text = ngettext(
        "About %(number)s more answered decision like these would tell.",
        "About %(number)s more answered decisions like these would tell.",
        number,
    )
    return text % {"number": figures.number(number)}


def _moved(offers: Iterable[Showing], *, user: User) -> list[Moved]:
    """Those that move, the furthest first."""
    moving = sorted((each for each in offers if each.more), key=lambda each: (-abs(each.more), each.offer))
    codes = [each.offer for each in moving]
    titles = dict(scope(user, Offer).filter(code__in=codes).values_list("code", "title"))
    return [Moved(each.offer, titles.get(each.offer, ""), each.shown, each.would_be_shown) for each in moving]


def _left_out(left: Mapping[str, int]) -> list[LeftOut]:
    rows = sorted(left.items(), key=lambda row: -row[1])
    return [LeftOut(str(LEFT_OUT.get(why, why)), number) for why, number in rows if number]
