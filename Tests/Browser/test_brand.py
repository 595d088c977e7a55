"""The operator's own name, colour and contact on every page."""

import pathlib
import shutil
import subprocess
import tempfile

import pytest

from browsing import SCHEMES, Tab
from conftest import ROOT, served

PAGES = ["/", "/login", "/docs/", "/app?mock", "/nothing-here"]


def build(folder, brand):
    (folder / "outlet.yaml").write_text(brand)
    return subprocess.run(
        [ROOT / "scripts" / "build-site", "--mock", "demo", "--output", folder / "site", "--brand", folder / "outlet.yaml"],
        capture_output=True, text=True)


@pytest.fixture(scope="module")
def branded():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="gb."))
    built = build(folder, 'brand: {name: "Kiln & <Co>", color: "#e8a0ff", contact: help@kiln.example}\n')
    assert built.returncode == 0, built.stderr
    yield from served(folder, "--static", folder / "site")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_the_operators_name_and_stays_legible(browser, branded, path, scheme):
    seen = Tab(browser, branded, scheme=scheme).open(path)
    assert "Kiln & <Co>" in seen.page.title() and "GPU Outlet" not in seen.page.title()
    assert seen.page.locator("[data-site-name]").first.text_content() == "Kiln & <Co>"
    contact = seen.page.locator("footer a[href='mailto:help@kiln.example']")
    assert contact.count() == (0 if path.startswith("/app") else 1)
    seen.assert_accessible()
    seen.close()


@pytest.mark.parametrize("colour", ["#000000", "#ffffff", "#ffff00", "#808080", "#0000ff"])
def test_any_colour_becomes_one_that_can_be_read(colour):
    from site_build import brand

    css = brand.coloured((ROOT / "static" / "css" / "site.css").read_text(), colour)
    pairs = {name: css.split(f"--{name}: light-dark(")[1].split(")")[0].split(", ") for name in ("accent", "on-accent")}
    for place, ground in enumerate((brand.LIGHT, brand.DARK)):
        assert brand.contrast(pairs["accent"][place], ground) >= 4.5
        assert brand.contrast(pairs["accent"][place], pairs["on-accent"][place]) >= 4.5


def test_a_colour_that_is_none_is_named(tmp_path):
    built = build(tmp_path, "brand: {color: green}\n")
    assert built.returncode != 0 and "brand.color" in built.stderr and "green" in built.stderr
