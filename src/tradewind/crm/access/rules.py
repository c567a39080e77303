"""What `access` says about the room below it, which cannot speak for itself."""

from tradewind.crm.access.predicates import whoever_has
from tradewind.crm.access.scope import register
from tradewind.crm.identity.models import Role, RoleAssignment, Skill, UserSkill

register(RoleAssignment, whoever_has(Role.ADMINISTRATOR))
register(Skill, whoever_has(*Role))
register(UserSkill, whoever_has(Role.INTERACTION_CENTRE_MANAGER, Role.MARKETING_PROFESSIONAL, Role.ADMINISTRATOR))
