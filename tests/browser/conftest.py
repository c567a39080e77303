"""A real browser on a real server: Debian's Chromium, driven without a download.

`site` is the address of a running web server, `sign_in` puts a person into the page, `serious_faults` asks axe.
Whatever a page does, a refusal by the content security policy or a fault in a script fails the test.
"""

import importlib.util
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.conf import settings as site_settings
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from playwright.sync_api import ConsoleMessage, Page
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer
from tests.cast import build_cast
from tests.engine_room import EngineRoom
from tests.workspace import Workspace, build_workspace

import tradewind.portals.ui
from tradewind.crm.identity.models import User

ROOT = Path(__file__).resolve().parents[2]
NAMES = (os.environ.get("CHROMIUM", "chromium"), "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((path for path in map(shutil.which, NAMES) if path), None)
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LISTEN = """
window.refusals = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.refusals.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""

# The browser's own event loop lives in this thread; records are only ever touched between its turns.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM is None:
        reason = "no chromium on PATH (apt-get install chromium)"
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": CHROMIUM, "args": SWITCHES}


@pytest.fixture(scope="session")
def chart_bundle() -> Path:
    """The chart library, built as `make setup` builds it."""
    folder = Path(tradewind.portals.ui.__path__[0]) / "static/ui/build"
    tool("chart_bundle").main(str(folder))
    return folder / "charts.js"


@pytest.fixture(scope="session", autouse=True)
def server_threads_close_what_they_opened() -> Iterator[None]:
    """A thread of the server has a connection of its own to the database in memory, and Django's `close` spares those.

    The database lives on in the connection of the tests, so the thread's may really be closed when it ends.
    """

    def close(server: ThreadedWSGIServer) -> None:
        for connection in connections.all(initialized_only=True):
            if connection.alias not in (server.connections_override or {}):
                BaseDatabaseWrapper.close(connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ThreadedWSGIServer, "_close_connections", close)
        yield


@pytest.fixture
def site(live_server: LiveServer) -> str:
    return str(live_server.url)


@pytest.fixture(autouse=True)
def no_faults(page: Page) -> Iterator[list[str]]:
    """Nothing is refused and no script fails, in any test of this folder."""
    faults: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and "the server responded with a status of" not in message.text:
            faults.append(message.text)

    page.add_init_script(LISTEN)
    page.on("console", note)
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    yield faults
    faults += page.evaluate("window.refusals ?? []")
    assert faults == []


@pytest.fixture
def sign_in(page: Page, site: str) -> Callable[[User], None]:
    """Put a person into the browser without the sign-in page."""

    def signed_in(user: User) -> None:
        client = Client()
        client.force_login(user)
        name = site_settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])

    return signed_in


@pytest.fixture
def serious_faults(page: Page) -> Callable[[], list[str]]:
    """What axe calls serious or critical on the page as it is now."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()

    def faults() -> list[str]:
        found = axe.run(page).response["violations"]
        return [
            f"{fault['id']}: {fault['help']} at {[' '.join(map(str, node['target'])) for node in fault['nodes'][:4]]}"
            for fault in found
            if fault["impact"] in {"serious", "critical"}
        ]

    return faults


def tool(name: str) -> ModuleType:
    """A script of `tools/` as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def engine_room(tmp_path: Path, settings: Settings) -> Iterator[EngineRoom]:
    """A real engine that the site speaks to, and that a test may stop and start again."""
    room = EngineRoom(tmp_path / "engine", settings)
    yield room
    room.stop()


@pytest.fixture
def workspace(transactional_db: None) -> Workspace:
    return build_workspace(build_cast())
