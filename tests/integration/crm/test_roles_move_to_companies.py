"""The migration that moves partners' roles from people to the companies they work for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.apps.registry import Apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE = [
    ("parties", "0004_roles_at_companies"),
    ("identity", "0001_initial"),
    ("access", "0002_why_a_right_ended"),
]
GIVEN = datetime(2026, 3, 2, 9, tzinfo=UTC)


def migrate(targets: list[tuple[str, str]]) -> Apps:
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets).apps


@pytest.fixture
def latest(transactional_db: None) -> Iterator[list[tuple[str, str]]]:
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
    yield leaves
    migrate(leaves)


class Past:
    """The tables as they were."""

    def __init__(self, apps: Apps) -> None:
        self.apps = apps
        partner = self.rows("parties.Organisation").create(name="Camden", kind="partner")
        rival = self.rows("parties.Organisation").create(name="Borough", kind="partner")
        self.places = {"camden": partner, "borough": rival}

    def rows(self, label: str) -> Any:
        return self.apps.get_model(label)._base_manager

    def person(self, name: str, roles: tuple[str, ...], **works: date | None) -> Any:
        """Somebody with these roles, who works at places until a date or still."""
        user = self.rows("identity.User").create(email=f"{name}@partner.example", name=name)
        for role in roles:
            self.rows("identity.RoleAssignment").create(user=user, role=role, granted_at=GIVEN, granted_by=user)
        for number, (place, until) in enumerate(works.items()):
            self.rows("parties.Membership").create(
                user=user,
                organisation=self.places[place],
                since_date=date(2025, 1, 6),
                until_date=until,
                is_acting=number == 0 and until is None,
            )
        return user


def test_everybody_is_at_each_company_what_they_were_everywhere(latest: list[tuple[str, str]]) -> None:
    past = Past(migrate(BEFORE))
    left = date(2025, 6, 30)
    past.person("both", ("partner_manager", "partner_employee"), camden=None, borough=None)
    past.person("left", ("partner_employee",), camden=left)
    past.person("moved", ("partner_employee",), borough=None, camden=left)
    past.person("nowhere", ("partner_manager",))
    past.person("owner", ("finance",))
    sorin = past.person("sorin", ("partner_employee",), camden=None)
    group = past.rows("access.AccessGroup").create(code="buying-and-selling", name="Buying and selling")
    past.rows("access.AccessGroupMember").create(group=group, user=sorin, added_at=GIVEN)
    now = Past.__new__(Past)
    now.apps = migrate(latest)
    held = now.rows("parties.MembershipRole").select_related("membership__user", "membership__organisation")
    assert sorted(
        (row.membership.user.name, row.membership.organisation.name, row.role, row.sells, row.ended_at is None)
        for row in held
    ) == [
        ("both", "Borough", "partner_manager", False, True),
        ("both", "Camden", "partner_manager", False, True),
        ("left", "Camden", "partner_employee", False, False),
        ("moved", "Borough", "partner_employee", False, True),
        ("moved", "Camden", "partner_employee", False, False),
        ("sorin", "Camden", "partner_employee", True, True),
    ]
    assert {(row.granted_at, row.granted_by_id == row.membership.user_id) for row in held} == {(GIVEN, True)}
    assert {
        (row.user.name, row.role, row.ended_at is None)
        for row in now.rows("identity.RoleAssignment").select_related("user")
    } == {("owner", "finance", True), ("nowhere", "partner_manager", False)}
    assert not now.rows("access.AccessGroupMember").filter(ended_at=None).exists()


def test_going_back_gives_everybody_the_roles_of_all_their_companies(latest: list[tuple[str, str]]) -> None:
    past = Past(migrate(BEFORE))
    past.person("both", ("partner_manager",), camden=None, borough=None)
    migrate(latest)
    back = Past.__new__(Past)
    back.apps = migrate([("parties", "0003_acting_membership"), ("identity", "0001_initial")])
    rows = back.rows("identity.RoleAssignment").filter(ended_at=None)
    assert [(row.user.name, row.role, row.granted_at) for row in rows] == [("both", "partner_manager", GIVEN)]
