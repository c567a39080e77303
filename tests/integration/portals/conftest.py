"""The same engine and CRM as in the tests of the rooms behind the portals."""

from tests.integration.crm.conftest import engine_room, now, workspace

__all__ = ["engine_room", "now", "workspace"]
