"""A partner's role, until now held by the person wherever they work, is held at each company they work for."""

from typing import Any

from django.db import migrations
from django.utils import timezone

MANAGER, EMPLOYEE = "partner_manager", "partner_employee"
SELLING = "buying-and-selling"


def move(apps: Any, _editor: Any) -> None:
    """Each membership gets the higher of the roles that the person holds; what has no company to go to ends."""
    assignment = apps.get_model("identity", "RoleAssignment")
    members = apps.get_model("access", "AccessGroupMember").objects.filter(group__code=SELLING, ended_at=None)
    sellers = set(members.values_list("user_id", flat=True))
    now = timezone.now()
    held: dict[int, Any] = {}
    for row in assignment.objects.filter(role__in=(MANAGER, EMPLOYEE), ended_at=None).order_by("pk"):
        if row.user_id not in held or row.role == MANAGER:
            held[row.user_id] = row
    moved = {user for user, row in held.items() if _at_each_company(apps, row, sells=user in sellers, now=now)}
    rows = assignment.objects.filter(role__in=(MANAGER, EMPLOYEE), ended_at=None)
    rows.filter(user__in=moved).delete()
    rows.update(ended_at=now)
    members.update(ended_at=now)


def _at_each_company(apps: Any, held: Any, *, sells: bool, now: Any) -> bool:
    """At every company of today, and until now at those that were left, so that who comes back is what they were."""
    memberships = apps.get_model("parties", "Membership").objects.exclude(organisation__kind="brand_owner")
    latest = {row.organisation_id: row for row in memberships.filter(user=held.user_id).order_by("since_date", "pk")}
    rows = [
        apps.get_model("parties", "MembershipRole")(
            membership=membership,
            role=held.role,
            sells=sells,
            granted_at=held.granted_at,
            granted_by_id=held.granted_by_id,
            ended_at=None if membership.until_date is None else now,
        )
        for membership in latest.values()
    ]
    apps.get_model("parties", "MembershipRole").objects.bulk_create(rows)
    return bool(rows)


def move_back(apps: Any, _editor: Any) -> None:
    """Everybody holds the roles of all their companies; who bought and sold does so nowhere any more."""
    assignment = apps.get_model("identity", "RoleAssignment")
    rows = apps.get_model("parties", "MembershipRole").objects.filter(ended_at=None)
    held = {(row.membership.user_id, row.role): row for row in rows.select_related("membership").order_by("-pk")}
    assignment.objects.bulk_create(
        assignment(user_id=user, role=role, granted_at=row.granted_at, granted_by_id=row.granted_by_id)
        for (user, role), row in held.items()
    )


class Migration(migrations.Migration):
    dependencies = [
        ("parties", "0004_roles_at_companies"),
        ("identity", "0001_initial"),
        ("access", "0002_why_a_right_ended"),
    ]

    operations = [migrations.RunPython(move, move_back)]
