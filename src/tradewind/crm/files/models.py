"""A file as it was brought in."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.files.inspection import ENDINGS, LONGEST_NAME, MOST_BYTES, inspect
from tradewind.crm.identity.models import User


def place(file: StoredFile, _name: str) -> str:
    """Where the bytes lie: by month and a name that says nothing and cannot be guessed."""
    return f"{file.uploaded_at:%Y-%m}/{file.uuid.hex}"


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def keep(self, uploaded: UploadedFile[bytes], *, actor: User, now: datetime) -> StoredFile:
        """Look at a file and keep it. Without a commit its bytes are left over, and swept later.

        Raises:
            FileRefused: it is none that we keep.
        """
        uploaded.seek(0)
        content = uploaded.read(MOST_BYTES + 1)
        found = inspect(content, uploaded.name or "")
        file = StoredFile(
            name=found.name,
            kind=found.kind,
            size=len(content),
            digest=hashlib.sha256(content).hexdigest(),
            uploaded_at=now,
            uploaded_by=actor,
        )
        file.content.save(found.name, ContentFile(content), save=False)
        file.save(force_insert=True)
        return file


class StoredFile(models.Model):
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    kind = models.CharField(_("kind"), max_length=40, choices=[(kind, kind) for kind in ENDINGS])
    size = models.PositiveIntegerField(_("size in bytes"))
    digest = models.CharField(_("SHA-256"), max_length=64, editable=False)
    content = models.FileField(_("content"), upload_to=place, max_length=80, editable=False)
    uploaded_at = models.DateTimeField(_("uploaded at"))
    uploaded_by: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")
        ordering: ClassVar[list[str]] = ["-uploaded_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["content"], name="bytes_belong_to_one_file"),
            models.CheckConstraint(condition=Q(kind__in=list(ENDINGS)), name="file_kind_is_kept"),
            models.CheckConstraint(condition=Q(size__gte=1, size__lte=MOST_BYTES), name="file_has_a_bounded_size"),
            models.CheckConstraint(condition=~Q(name=""), name="file_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
