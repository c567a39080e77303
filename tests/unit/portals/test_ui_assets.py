"""What the browser is given: small, our own, and without anything a strict policy would refuse."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template import engines
from django.test import Client

import tradewind.portals
from tradewind.portals.ui import icons

PORTALS = Path(tradewind.portals.__path__[0])
TEMPLATES = sorted(PORTALS.rglob("templates/**/*.html"))
STYLES = sorted(PORTALS.rglob("static/**/*.css"))
SCRIPTS = sorted(path for path in PORTALS.rglob("static/**/*.js") if "build" not in path.parts)
FIRST_PAGE_BYTES = 60_000


def named(path: Path) -> str:
    return str(path.relative_to(PORTALS))


@pytest.mark.parametrize("weight", ["Regular", "Medium", "SemiBold"])
def test_the_font_lies_where_the_stylesheet_expects_it(weight: str) -> None:
    assert finders.find(f"unfold/fonts/inter/Inter-{weight}.woff2") is not None
    kit = (PORTALS / "ui/static/ui/css/kit.css").read_text()
    assert f'url("../../unfold/fonts/inter/Inter-{weight}.woff2")' in kit


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_a_template_has_nothing_inline(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    assert "<style" not in text
    assert all("src=" in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", text))


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_a_template_can_be_read(path: Path) -> None:
    name = str(path).split("/templates/", 1)[1]
    assert engines["django"].get_template(name).template.name == name  # type: ignore[attr-defined]  # every engine has it


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_an_icon_that_a_template_names_exists(path: Path) -> None:
    for name in re.findall(r'{% icon "([^"]+)"', path.read_text()):
        assert 'class="icon"' in icons.icon(name)


@pytest.mark.parametrize("path", STYLES, ids=named)
def test_a_stylesheet_needs_no_force_and_no_other_site(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    assert "!important" not in text
    assert "http" not in text


@pytest.mark.parametrize("path", [path for path in STYLES if path.name != "tokens.css"], ids=named)
def test_a_colour_is_a_token(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    found = re.findall(r"#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(|oklch\((?!100% 0 0\))", text)  # white behind a QR code
    assert found == []


@pytest.mark.parametrize("path", SCRIPTS, ids=named)
def test_a_script_makes_no_code_of_text(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\beval\(|new Function|\.innerHTML\s*=|setAttribute\(\"style\"", text)


def test_the_first_page_is_light(client: Client, db: None) -> None:
    """HTML, styles, scripts and icon of the sign-in page, compressed; the font comes later and is kept."""
    page = client.get("/accounts/login/").content
    names = re.findall(rb'(?:href|src)="/static/([^"?]+)"', page)
    assert len(names) >= 5
    weight = len(gzip.compress(page))
    for name in names:
        found = finders.find(name.decode())
        assert isinstance(found, str)
        weight += len(gzip.compress(Path(found).read_bytes()))
    assert weight < FIRST_PAGE_BYTES
