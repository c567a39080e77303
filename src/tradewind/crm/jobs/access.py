"""Who sees runs: administrators."""

from __future__ import annotations

from tradewind.crm.access import register, whoever_has
from tradewind.crm.identity.models import Role
from tradewind.crm.jobs.models import Run

register(Run, whoever_has(Role.ADMINISTRATOR))
