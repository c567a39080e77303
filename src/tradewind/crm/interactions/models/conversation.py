"""A conversation is one contact with a customer, from hello to wrap-up."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.decisions.models import Decision
from tradewind.crm.identity.models import Language
from tradewind.crm.interactions.models.lists import CallReason, WrapUp
from tradewind.crm.parties.models import Customer
from tradewind.crm.toolkit.models import Channel


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def open(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def with_people(self) -> Self:
        """For lists: customer, agent, reason and wrap-up in the same query."""
        return self.select_related("customer__person", "customer__organisation", "agent", "reason", "wrap_up")


class Conversation(models.Model):
    uuid = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="conversations", verbose_name=_("customer")
    )
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="conversations", verbose_name=_("agent")
    )
    channel = models.CharField(_("channel"), max_length=16, choices=Channel.choices, default=Channel.CALL_CENTER)
    language = models.CharField(_("language"), max_length=8, choices=Language.choices, default=Language.ENGLISH)
    reason = models.ForeignKey(
        CallReason,
        on_delete=models.PROTECT,
        related_name="conversations",
        null=True,
        blank=True,
        verbose_name=_("reason for the call"),
    )
    started_at = models.DateTimeField(_("started at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    wrap_up = models.ForeignKey(
        WrapUp,
        on_delete=models.PROTECT,
        related_name="conversations",
        null=True,
        blank=True,
        verbose_name=_("outcome of the call"),
    )
    note = models.TextField(_("note"), blank=True)
    decisions: models.ManyToManyField[Decision, ConversationDecision] = models.ManyToManyField(
        Decision, through="ConversationDecision", related_name="conversations", verbose_name=_("decisions")
    )

    objects = ConversationQuerySet.as_manager()

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        ordering: ClassVar[list[str]] = ["-started_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["customer", "-started_at"], name="conversation_of_customer"),
            models.Index(fields=["agent", "-started_at"], name="conversation_of_agent"),
            models.Index(fields=["-started_at"], name="conversation_by_time"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["agent", "customer"],
                condition=Q(ended_at__isnull=True),
                name="one_open_conversation_per_agent_and_customer",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="conversation_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def session(self) -> str:
        """The name of this conversation in the engine."""
        return f"conversation-{self.uuid}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def current_decision(self) -> Decision | None:
        """What is on the screen now: the last decision of this conversation."""
        return self.decisions.order_by("-conversation_link__position").first()


class ConversationDecision(models.Model):
    class Cause(models.TextChoices):
        STARTED = "started", _("The conversation started")
        REASON = "reason", _("The reason changed")
        ANSWERED = "answered", _("An offer was answered")
        ASKED_AGAIN = "asked_again", _("Asked again")

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="decision_links")
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="conversation_link")
    position = models.PositiveSmallIntegerField(_("place in the conversation"))
    cause = models.CharField(_("cause"), max_length=11, choices=Cause.choices)
    reason = models.ForeignKey(
        CallReason, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("reason then")
    )

    class Meta:
        verbose_name = _("decision in a conversation")
        verbose_name_plural = _("decisions in a conversation")
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["conversation", "position"], name="decisions_stand_in_order"),
        ]

    def __str__(self) -> str:
        return self.get_cause_display()
