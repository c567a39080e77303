"""Who gets offers: a person or an organisation, under a number."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.activities.models import Activity
from tradewind.crm.identity.models import Language, User
from tradewind.crm.parties.models.organisation import Kind, Organisation
from tradewind.crm.parties.models.person import Person
from tradewind.crm.parties.words import LONGEST_WORD, prefixes, search_words

NUMBER_PREFIX = "C-"
FIRST_NUMBER = 100001


class Segment(models.TextChoices):
    HOME = "home", _("Home")
    BUSINESS = "business", _("Business")
    STUDENT = "student", _("Student")


class CustomerQuerySet(models.QuerySet["Customer"]):
    def with_party(self) -> Self:
        """With the person or organisation behind each: a list needs no further query for names."""
        return self.select_related("person", "organisation")

    def search(self, text: str) -> Self:
        """Customers who have, for every word of the text, a word that begins like it.

        Words are those of number, names, e-mail address, phone and postcode, without accents. Nothing for a text
        without a word. Each word of the text is one range of an index.
        """
        starts = prefixes(text)
        found = self if starts else self.none()
        for first, last in starts:
            having = CustomerWord.objects.filter(word__gte=first, word__lte=last)
            found = found.filter(pk__in=having.values("customer"))
        return found

    def at_the_desk(self) -> Self:
        """Those whom the interaction centre serves: no partners, who have numbers because they get messages."""
        return self.exclude(organisation__kind=Kind.PARTNER)

    def next_number(self) -> str:
        """The number after the one given last: C-100001, C-100002 …"""
        last = self.order_by("-id").values_list("number", flat=True).first()
        return f"{NUMBER_PREFIX}{int(last.removeprefix(NUMBER_PREFIX)) + 1 if last else FIRST_NUMBER}"


class Customer(models.Model):
    number = models.CharField(_("number"), max_length=16, unique=True)
    person: models.OneToOneField[Person | None, Person | None] = models.OneToOneField(
        Person, on_delete=models.PROTECT, related_name="customer", null=True, blank=True, verbose_name=_("person")
    )
    organisation: models.OneToOneField[Organisation | None, Organisation | None] = models.OneToOneField(
        Organisation,
        on_delete=models.PROTECT,
        related_name="customer",
        null=True,
        blank=True,
        verbose_name=_("organisation"),
    )
    since_date = models.DateField(_("customer since"))
    segment = models.CharField(_("segment"), max_length=12, choices=Segment.choices, default=Segment.HOME)
    is_student = models.BooleanField(_("student"), default=False)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering: ClassVar[list[str]] = ["id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["segment", "since_date"], name="customer_by_segment"),
            models.Index(fields=["since_date"], name="customer_by_age"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(person=None, organisation__isnull=False) | Q(person__isnull=False, organisation=None),
                name="customer_is_person_or_organisation",
                violation_error_message=_("A customer is either a person or an organisation."),
            ),
            models.CheckConstraint(condition=Q(segment__in=Segment.values), name="customer_segment_is_known"),
            models.CheckConstraint(condition=Q(number__startswith=NUMBER_PREFIX), name="customer_number_has_its_form"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    # --- Who it is

    @property
    def party(self) -> Person | Organisation:
        party = self.person or self.organisation
        if party is None:
            raise ValueError(f"{self.number} is nobody")
        return party

    @property
    def name(self) -> str:
        return self.party.name

    @property
    def first_name(self) -> str:
        return self.person.first_name if self.person else ""

    @property
    def city(self) -> str:
        return self.party.city

    @property
    def language(self) -> str:
        return self.person.language if self.person else Language.ENGLISH

    def tenure_months(self, on_date: date) -> int:
        """Whole months since the person became a customer.

        >>> Customer(since_date=date(2026, 1, 31)).tenure_months(date(2026, 3, 30))
        1
        """
        months = (on_date.year - self.since_date.year) * 12 + on_date.month - self.since_date.month
        return max(0, months - (on_date.day < self.since_date.day))

    # --- What is noted

    def note(self, verb: str, *, actor: User | None, now: datetime, **detail: Any) -> Activity:
        """Put something that happened on the customer's timeline."""
        activity = Activity.objects.create(verb=verb, actor=actor, happened_at=now, subject=str(self), detail=detail)
        self.activities.create(activity=activity)
        return activity

    def allows(self, purpose: str, channel: str) -> bool | None:
        """What the customer said last about being contacted; None where nothing was said."""
        latest = self.consents.filter(purpose=purpose, channel=channel).order_by("-recorded_at", "-id").first()
        return None if latest is None else latest.given

    def record_consent(self, purpose: str, channel: str, *, given: bool, actor: User | None, now: datetime) -> None:
        """Write down a yes or a no; earlier answers stay."""
        self.consents.create(purpose=purpose, channel=channel, given=given, recorded_at=now, recorded_by=actor)

    # --- How it is found

    def search_words(self) -> frozenset[str]:
        party = self.party
        texts = [self.number, party.name, party.postcode, party.postcode.replace(" ", "")]
        if isinstance(party, Person):
            return search_words([*texts, party.email], phone=party.phone)
        return search_words(texts)


class CustomerWord(models.Model):
    """A word under which a customer is found; kept by `operations.index`."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="words")
    word = models.CharField(max_length=LONGEST_WORD)

    class Meta:
        verbose_name = _("search word")
        verbose_name_plural = _("search words")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["word", "customer"], name="a_word_once_a_customer")
        ]

    def __str__(self) -> str:
        return self.word
