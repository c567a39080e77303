"""What a right lets people do with objects."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ActionGroup(TextChoices):
    READ = "read", _("Read")
    WRITE = "write", _("Write")
    DELETE = "delete", _("Delete")
    APPROVE = "approve", _("Approve")
    EXPORT = "export", _("Export")
