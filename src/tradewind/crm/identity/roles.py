"""The roles a person may hold."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    MARKETING_PROFESSIONAL = "marketing_professional", _("Marketing professional")
    INTERACTION_CENTRE_AGENT = "interaction_centre_agent", _("Interaction centre agent")
    INTERACTION_CENTRE_MANAGER = "interaction_centre_manager", _("Interaction centre manager")
    CHANNEL_MANAGER = "channel_manager", _("Channel manager")
    PARTNER_MANAGER = "partner_manager", _("Partner manager")
    PARTNER_EMPLOYEE = "partner_employee", _("Partner employee")
    FINANCE = "finance", _("Finance")
    ADMINISTRATOR = "administrator", _("Administrator")


PARTNER_ROLES: Final = (Role.PARTNER_MANAGER, Role.PARTNER_EMPLOYEE)
"""Held at a company, by whoever works there; the others are the brand owner's and held everywhere."""
