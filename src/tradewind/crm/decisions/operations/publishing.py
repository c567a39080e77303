"""From the marketer to the engine: what would be published, what it changes, and the publishing itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from tradewind.crm.activities.models import Activity
from tradewind.crm.decisions import document as documents
from tradewind.crm.decisions.changes import Change, compare, same_content
from tradewind.crm.decisions.document import Document, Version
from tradewind.crm.decisions.engine import Engine, EngineRefused, EngineUnavailable, the_engine
from tradewind.crm.decisions.faults import Fault, locate
from tradewind.crm.decisions.models import Publication, PublishedOffer
from tradewind.crm.identity.models import User
from tradewind.crm.marketing.models import Offer


class PublishRefused(Exception):  # noqa: N818  (a refusal, not an error)
    """The publication did not happen; `faults` say where it must be mended, if that is the reason."""

    def __init__(self, message: str, faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(message)
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Preview:
    """What publishing now would do. `trouble` says why the engine could not check it, where it could not."""

    number: int
    document: Document
    running: Publication | None
    changes: list[Change]
    faults: list[Fault]
    warnings: list[Fault]
    trouble: str

    @property
    def may_be_published(self) -> bool:
        """Whether something changes, and nothing is wrong or unchecked."""
        return bool(self.changes) and not self.faults and not self.trouble


def preview(*, engine: Engine | None = None) -> Preview:
    """The document that publishing would send now, its changes against the running one, and the engine's faults."""
    running = Publication.objects.running()
    document = documents.build(versions=_versions(), number=_number_after(running))
    faults: list[Fault] = []
    warnings: list[Fault] = []
    trouble = ""
    try:
        checked = (engine or the_engine()).validate(document)
        faults, warnings = locate(document, checked.faults), locate(document, checked.warnings)
    except (EngineUnavailable, EngineRefused) as refused:
        trouble = refused.detail
    return Preview(
        number=document["number"],
        document=document,
        running=running,
        changes=compare(running.document if running else None, document, titles=_titles()),
        faults=faults,
        warnings=warnings,
        trouble=trouble,
    )


def publish(*, actor: User, now: datetime, engine: Engine | None = None) -> Publication:
    """Publishes every released offer over the toolkit: the engine first, then the row that remembers it.

    May be called again after any interruption: a publication that the engine already runs is adopted, and where
    nothing changed the running one is returned. Two people at once: the engine takes one number once only.

    Raises:
        PublishRefused: the engine refused the document, or somebody else published at the same moment.
        EngineUnavailable: the engine could not be reached; it may or may not run the publication already.
    """
    engine = engine or the_engine()
    in_engine = engine.current()
    running = _adopted(in_engine, now=now) or Publication.objects.running()
    document = documents.build(versions=_versions(), number=_number_after(running, in_engine))
    if running is not None and same_content(in_engine, document):
        return _claimed(running, actor=actor, now=now)
    changes = compare(running.document if running else None, document, titles=_titles())
    try:
        receipt = engine.publish(document)
    except EngineRefused as refused:
        raise _in_words(refused, document) from refused
    return _remembered(
        document,
        digest=receipt.digest,
        position=receipt.position or "",
        changes=changes,
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


def _number_after(running: Publication | None, in_engine: Document | None = None) -> int:
    last = running.number if running is not None else 0
    return max(last, in_engine["number"] if in_engine else 0) + 1


def _versions() -> dict[str, Version]:
    """The last published version of each offer, by code."""
    rows = PublishedOffer.objects.latest_of_each().values_list("offer__code", "version", "digest")
    return {code: Version(version, digest) for code, version, digest in rows}


def _titles() -> dict[str, str]:
    return dict(Offer.objects.values_list("code", "title"))


def _adopted(in_engine: Document | None, *, now: datetime) -> Publication | None:
    """The row for what the engine runs, made now where we do not have it (we were interrupted before we wrote it)."""
    if in_engine is None:
        return None
    known = Publication.objects.filter(number=in_engine["number"]).first()
    if known is not None:
        return known if known == Publication.objects.running() else None
    before = Publication.objects.filter(number__lt=in_engine["number"]).first()
    digest = in_engine["digest"]
    document = {name: value for name, value in in_engine.items() if name != "digest"}
    changes = compare(before.document if before else None, document, titles=_titles())
    return _remembered(document, digest=digest, position="", changes=changes, actor=None, now=now)


def _claimed(running: Publication, *, actor: User, now: datetime) -> Publication:
    """Whoever publishes what was just adopted has published it."""
    if running.published_by is None:
        running.published_by, running.published_at = actor, now
        running.save(update_fields=["published_by", "published_at"])
    return running


def _remembered(
    document: Document, *, digest: str, position: str, changes: list[Change], actor: User | None, now: datetime
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
                detail={"offers": len(offers), "changes": len(changes)},
            )
    return publication
