"""What `access` says about itself and about the room below it, which cannot speak for itself."""

from django.utils.translation import gettext_lazy as _

from tradewind.crm.access.derivations import EVERYBODY, PERSON, actors_of_user
from tradewind.crm.access.models import AccessGroup, AccessGroupMember, AccessRight, AccessRule
from tradewind.crm.access.predicates import whoever_has
from tradewind.crm.access.scope import register
from tradewind.crm.identity.models import Role, RoleAssignment, Skill, UserSkill

register(RoleAssignment, whoever_has(Role.ADMINISTRATOR))
register(Skill, whoever_has(*Role))
register(UserSkill, whoever_has(Role.INTERACTION_CENTRE_MANAGER, Role.MARKETING_PROFESSIONAL, Role.ADMINISTRATOR))

for model in (AccessGroup, AccessGroupMember, AccessRight, AccessRule):
    register(model, whoever_has(Role.ADMINISTRATOR))

actors_of_user("everybody", kind=EVERYBODY, label=_("everybody"))
actors_of_user("oneself", kind=PERSON, label=_("the user"))
