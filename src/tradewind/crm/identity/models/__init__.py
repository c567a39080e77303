"""One noun per file; import them from here."""

from tradewind.crm.identity.models.role import RoleAssignment
from tradewind.crm.identity.models.skill import Skill, UserSkill
from tradewind.crm.identity.models.user import Density, Language, LastAdministratorError, Theme, User
from tradewind.crm.identity.roles import Role

__all__ = [
    "Density",
    "Language",
    "LastAdministratorError",
    "Role",
    "RoleAssignment",
    "Skill",
    "Theme",
    "User",
    "UserSkill",
]
