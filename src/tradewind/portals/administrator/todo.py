"""What an administrator of access has to do now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from django.db.models import Count, Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tradewind.crm.access import scope
from tradewind.crm.access.derivations import DerivationUnknownError, object_types
from tradewind.crm.access.lockout import seen_whole
from tradewind.crm.access.meeting import KindsDifferError
from tradewind.crm.access.models import AccessGroup, AccessGroupMember, AccessRight, AccessRule
from tradewind.crm.identity.models import User
from tradewind.crm.identity.models.holding import holders
from tradewind.portals.administrator.forms.filters import in_force
from tradewind.portals.administrator.wording import plural_of
from tradewind.portals.ui.duties import Duty

ENDS_SOON = dt.timedelta(days=14)
NAMES = 3


def rules_of(user: User, *, now: dt.datetime) -> list[AccessRule]:
    """Every rule, with whether a right names it now or will, and how many do now."""
    rights = AccessRight.objects.filter(rule=OuterRef("pk")).exclude(ends_at__lte=now)
    counted = Count("rights", filter=in_force(now, "rights__"))
    return list(scope(user, AccessRule).annotate(is_used=Exists(rights), rights_now=counted))


def groups_of(user: User, *, now: dt.datetime) -> list[AccessGroup]:
    """Every group, with whether anybody belongs to it and whether it has rights."""
    members = AccessGroupMember.objects.current().filter(group=OuterRef("pk"), user__is_active=True)
    rights = AccessRight.objects.in_force(now).filter(group=OuterRef("pk"))
    return list(scope(user, AccessGroup).annotate(has_members=Exists(members), has_rights=Exists(rights)))


def todo(user: User, rules: Sequence[AccessRule], groups: Sequence[AccessGroup], *, now: dt.datetime) -> Iterator[Duty]:
    """What needs doing, the most pressing first; `rules` and `groups` as the two functions above read them."""
    yield from unseen(now)
    yield from not_understood(rules)
    yield from ending(user, now)
    yield from empty_groups(groups)
    yield from without_role(user)
    yield from unused(rules)


def some(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMES]) + (" …" if len(names) > NAMES else "")


def unseen(now: dt.datetime) -> Iterator[Duty]:
    kinds = object_types().values()
    lost = sorted(plural_of(model) for model in set(kinds) - seen_whole(kinds, now=now))
    if lost:
        text = _("No administrator has a right to read all of them: %(kinds)s.") % {"kinds": some(lost)}
        url = reverse("administrator:right-list") + "?holder=administrator"
        yield Duty(_("now"), _("Objects that no administrator sees whole"), text, url, _("See the rights"), "bad")


def not_understood(rules: Sequence[AccessRule]) -> Iterator[Duty]:
    lost = [str(rule) for rule in rules if not is_understood(rule)]
    if lost:
        title = ngettext("%(n)s rule is not understood", "%(n)s rules are not understood", len(lost)) % {"n": len(lost)}
        text = _("They name what the programme no longer has, and grant nothing: %(rules)s.") % {"rules": some(lost)}
        yield Duty(_("now"), title, text, reverse("administrator:rule-list"), _("See the rules"), "bad")


def is_understood(rule: AccessRule) -> bool:
    try:
        rule.meeting()
    except (DerivationUnknownError, KindsDifferError):
        return False
    return True


def ending(user: User, now: dt.datetime) -> Iterator[Duty]:
    rights = scope(user, AccessRight.objects.in_force(now)).filter(ends_at__lte=now + ENDS_SOON)
    names = [str(right) for right in rights.select_related("rule", "group").order_by("ends_at")[: NAMES + 1]]
    if names:
        url = reverse("administrator:right-list") + "?sort=until"
        yield Duty(_("within 14 days"), _("Rights that end soon"), some(names), url, _("See these rights"), "warn")


def empty_groups(groups: Sequence[AccessGroup]) -> Iterator[Duty]:
    names = [
        str(group)
        for group in groups
        if getattr(group, "has_rights", False) and not getattr(group, "has_members", False)
    ]
    if names:
        url = reverse("administrator:group-list")
        yield Duty(_("this week"), _("Groups that have rights and no members"), some(names), url, _("See the groups"))


def without_role(user: User) -> Iterator[Duty]:
    members = AccessGroupMember.objects.current().filter(user=OuterRef("pk"))
    people = scope(user, User).filter(~holders(), ~Exists(members), is_active=True)
    names = [str(one) for one in people.order_by("name", "pk")[: NAMES + 1]]
    if names:
        text = _("They can sign in and find nothing: %(people)s.") % {"people": some(names)}
        url = reverse("administrator:group-list")
        yield Duty(_("this week"), _("People without a role and without a group"), text, url, _("See the groups"))


def unused(rules: Sequence[AccessRule]) -> Iterator[Duty]:
    names = [str(rule) for rule in rules if not getattr(rule, "is_used", False)]
    if names:
        url = reverse("administrator:rule-list") + "?sort=rights"
        yield Duty(_("when ready"), _("Rules that no right names"), some(names), url, _("See the rules"))
