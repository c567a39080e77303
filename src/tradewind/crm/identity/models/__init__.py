from tradewind.crm.identity.models.role import Role, RoleAssignment
from tradewind.crm.identity.models.skill import Skill, UserSkill
from tradewind.crm.identity.models.user import Density, Language, Theme, User

__all__ = ["Density", "Language", "Role", "RoleAssignment", "Skill", "Theme", "User", "UserSkill"]
