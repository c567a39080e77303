"""From the marketer to the engine: what would be published, what it changes, and the publishing itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from tradewind.crm.activities.models import Activity
from tradewind.crm.decisions import document as documents
from tradewind.crm.decisions.changes import Change, compare, same_content
from tradewind.crm.decisions.document import Document
from tradewind.crm.decisions.engine import Engine, EngineRefused, EngineUnavailable, the_engine
from tradewind.crm.decisions.faults import Fault, locate
from tradewind.crm.decisions.models import Publication, PublishedOffer
from tradewind.crm.decisions.operations.drafting import Draft, drafted, titles
from tradewind.crm.decisions.operations.gating import UNASKED, Passed, known, pass_gate
from tradewind.crm.decisions.operations.refusing import PublishRefused
from tradewind.crm.identity.models import User
from tradewind.crm.marketing.models import Offer


@dataclass(frozen=True, slots=True)
class Preview:
    """What publishing now would do. `trouble` says why the engine could not check it, where it could not."""

    draft: Draft
    changes: list[Change]
    faults: list[Fault]
    warnings: list[Fault]
    trouble: str

    @property
    def number(self) -> int:
        number: int = self.draft.document["number"]
        return number

    @property
    def document(self) -> Document:
        return self.draft.document

    @property
    def running(self) -> Publication | None:
        return self.draft.running

    @property
    def may_be_published(self) -> bool:
        """Whether something changes, and nothing is wrong or unchecked; the gate is not asked."""
        return bool(self.changes) and not self.faults and not self.trouble


def preview(*, engine: Engine | None = None) -> Preview:
    """The document that publishing would send now, its changes against the running one, and the engine's faults."""
    draft = drafted(running=Publication.objects.running())
    faults: list[Fault] = []
    warnings: list[Fault] = []
    trouble = ""
    try:
        checked = (engine or the_engine()).validate(draft.document)
        faults, warnings = locate(draft.document, checked.faults), locate(draft.document, checked.warnings)
    except (EngineUnavailable, EngineRefused) as refused:
        trouble = refused.detail
    return Preview(draft=draft, changes=draft.changes(), faults=faults, warnings=warnings, trouble=trouble)


def publish(
    *,
    actor: User,
    now: datetime,
    seen: str | None = None,
    without_evidence: bool = False,
    engine: Engine | None = None,
) -> Publication:
    """Publishes every released offer over the toolkit: the engine first, then the row that remembers it.

    May be called again after any interruption: a publication that the engine already runs is adopted, and where
    nothing changed the running one is returned. Two people at once: the engine takes one number once only.

    Args:
        seen: the digest of the draft that somebody looked at, who means no other; None where nobody did.
        without_evidence: it shall run although nobody knows whether it does worse; kept on the row where the gate
            would have held it back for that.

    Raises:
        PublishHeld: the gate holds it back, by the last estimate of this very draft.
        PublishRefused: the draft is not the one that was seen, the engine refused it, or somebody else published at the
            same moment.
        EngineUnavailable: the engine could not be reached; it may or may not run the publication already.
    """
    engine = engine or the_engine()
    in_engine = engine.current()
    running = _adopted(in_engine, now=now) or Publication.objects.running()
    draft = drafted(running=running, in_engine=in_engine)
    if running is not None and same_content(in_engine, draft.document):
        return _claimed(running, actor=actor, now=now, without_evidence=without_evidence)
    if seen not in {None, draft.digest}:
        raise PublishRefused(gettext("The draft has changed since you looked at it. Look again at what changes."))
    passed = pass_gate(draft, without_evidence=without_evidence)
    changes = draft.changes()
    try:
        receipt = engine.publish(draft.document)
    except EngineRefused as refused:
        raise _in_words(refused, draft.document) from refused
    return _remembered(
        draft.document,
        digest=receipt.digest,
        position=receipt.position or "",
        changes=changes,
        passed=passed,
        actor=actor,
        now=now,
    )


def _in_words(refused: EngineRefused, document: Document) -> PublishRefused:
    if refused.status == 409:
        return PublishRefused(gettext("Somebody else published at the same moment. Look again at what changes."))
    return PublishRefused(
        gettext("The engine refused the publication: %(detail)s") % {"detail": refused.detail},
        tuple(locate(document, refused.faults)),
    )


def _adopted(in_engine: Document | None, *, now: datetime) -> Publication | None:
    """The row for what the engine runs, made now where we do not have it (we were interrupted before we wrote it)."""
    if in_engine is None:
        return None
    known = Publication.objects.filter(number=in_engine["number"]).first()
    if known is not None:
        return known if known == Publication.objects.running() else None
    digest = in_engine["digest"]
    document = {name: value for name, value in in_engine.items() if name != "digest"}
    before = _before(document["number"])
    changes = compare(before.document if before else None, document, titles=titles())
    return _remembered(document, digest=digest, position="", changes=changes, passed=UNASKED, actor=None, now=now)


def _before(number: int) -> Publication | None:
    return Publication.objects.filter(number__lt=number).order_by("-number").first()


def _claimed(running: Publication, *, actor: User, now: datetime, without_evidence: bool) -> Publication:
    """Whoever publishes what was just adopted has published it, and what was known of it then is put down now."""
    if running.published_by is None:
        as_drafted = Draft(running.document, _before(running.number))
        passed = known(as_drafted).passed(as_drafted, without_evidence=without_evidence)
        running.published_by, running.published_at = actor, now
        running.estimate, running.without_evidence = passed.estimate, passed.without_evidence
        running.save(update_fields=["published_by", "published_at", "estimate", "without_evidence"])
    return running


def _remembered(
    document: Document,
    *,
    digest: str,
    position: str,
    changes: list[Change],
    passed: Passed,
    actor: User | None,
    now: datetime,
) -> Publication:
    offers = {offer["id"]: offer for offer in documents.offers_of(document)}
    with transaction.atomic():
        publication, is_new = Publication.objects.get_or_create(
            number=document["number"],
            defaults={
                "document": document,
                "digest": digest,
                "position": position,
                "offers_count": len(offers),
                "published_at": now,
                "published_by": actor,
                "changes": [change.to_row() for change in changes],
                "estimate": passed.estimate,
                "without_evidence": passed.without_evidence,
            },
        )
        if is_new:
            PublishedOffer.objects.bulk_create(
                PublishedOffer(
                    publication=publication,
                    offer=offer,
                    version=offers[offer.code].get("version", 1),
                    digest=documents.content_digest(offers[offer.code]),
                )
                for offer in Offer.objects.filter(code__in=offers).order_by("code")
            )
            Activity.objects.create(
                verb="publication.published",
                actor=actor,
                happened_at=now,
                subject=str(publication.number),
                detail={"offers": len(offers), "changes": len(changes), **passed.detail},
            )
    return publication
