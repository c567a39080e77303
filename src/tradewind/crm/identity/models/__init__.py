from tradewind.crm.identity.models.role import RoleAssignment
from tradewind.crm.identity.models.skill import Skill, UserSkill
from tradewind.crm.identity.models.user import Density, Language, Theme, User
from tradewind.crm.identity.roles import Role

__all__ = ["Density", "Language", "Role", "RoleAssignment", "Skill", "Theme", "User", "UserSkill"]
