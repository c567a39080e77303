"""The draft: what publishing now would send, as the preview, the estimate and the publishing itself see it."""

from __future__ import annotations

from dataclasses import dataclass

from tradewind.crm.decisions import document as documents
from tradewind.crm.decisions.changes import Change, compare, same_content
from tradewind.crm.decisions.document import Document, Version
from tradewind.crm.decisions.models import Estimate, Gate, Publication, PublishedOffer
from tradewind.crm.marketing.models import Offer


@dataclass(frozen=True, slots=True)
class Draft:
    """A document that is published nowhere yet, and what it would take the place of."""

    document: Document
    running: Publication | None

    @property
    def digest(self) -> str:
        """The same for the same content, whatever its number."""
        return documents.digest(self.document)

    @property
    def is_new(self) -> bool:
        """Whether it differs from what runs."""
        return self.running is None or not same_content(self.running.document, self.document)

    def changes(self) -> list[Change]:
        return compare(self.running.document if self.running else None, self.document, titles=titles())

    def estimates(self, gate: Gate) -> list[Estimate]:
        """What was asked about this very draft with the gate's margin, the latest first."""
        if self.running is None:
            return []
        asked = Estimate.objects.of(against=self.running, digest=self.digest, margin=gate.margin)
        return list(asked.select_related("asked_by"))


def drafted(*, running: Publication | None, in_engine: Document | None = None) -> Draft:
    """The draft over every released offer, numbered after what we and the engine know."""
    document = documents.build(versions=_versions(), number=_number_after(running, in_engine))
    return Draft(document, running)


def titles() -> dict[str, str]:
    return dict(Offer.objects.values_list("code", "title"))


def _number_after(running: Publication | None, in_engine: Document | None) -> int:
    last = running.number if running is not None else 0
    return max(last, in_engine["number"] if in_engine else 0) + 1


def _versions() -> dict[str, Version]:
    """The last published version of each offer, by code."""
    rows = PublishedOffer.objects.latest_of_each().values_list("offer__code", "version", "digest")
    return {code: Version(version, digest) for code, version, digest in rows}
