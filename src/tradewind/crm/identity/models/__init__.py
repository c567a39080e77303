"""One noun per file; import them from here."""

from tradewind.crm.identity.models.role import HeldRole, LastAdministratorError, RoleAssignment
from tradewind.crm.identity.models.skill import Skill, UserSkill
from tradewind.crm.identity.models.user import Density, Language, Theme, User
from tradewind.crm.identity.roles import PARTNER_ROLES, Role

__all__ = [
    "PARTNER_ROLES",
    "Density",
    "HeldRole",
    "Language",
    "LastAdministratorError",
    "Role",
    "RoleAssignment",
    "Skill",
    "Theme",
    "User",
    "UserSkill",
]
