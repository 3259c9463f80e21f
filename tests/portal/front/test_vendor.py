"""Vendored files are exactly those of the lock; every icon in use is in the sprite; pages stay light."""

from __future__ import annotations

import gzip
import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from portal.words import STATE_ICONS

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def vendor() -> ModuleType:
    spec = importlib.util.spec_from_file_location("vendor", ROOT / "tools" / "vendor.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["vendor"] = module
    spec.loader.exec_module(module)
    return module


def test_hashes_match_the_lock(vendor: ModuleType) -> None:
    lock = vendor.read_lock()
    assert len(vendor.locked_files(lock)) >= 6
    assert vendor.findings(lock) == []


def test_a_changed_file_is_found(vendor: ModuleType) -> None:
    lock = vendor.read_lock()
    vendor.locked_files(lock)[0]["sha256"] = "0" * 64
    assert len(vendor.findings(lock)) == 1


def test_templates_use_icons_of_the_sprite(vendor: ModuleType) -> None:
    used = vendor.icons_in_use()
    sprite = (ROOT / "static/vendor/tabler-icons@3.51.0/sprite.svg").read_text(encoding="utf-8")
    assert len(used) > 20
    assert (used | set(STATE_ICONS.values())) - set(re.findall(r'symbol id="([^"]+)"', sprite)) == set()


def test_each_package_has_its_licence_text(vendor: ModuleType) -> None:
    notice = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")
    for package in vendor.read_lock()["packages"]:
        assert f"| {package['name']} | {package['version']} | {package['licence']} |" in notice
        if package.get("shipped", True):
            text = notice.split(f"## {package['name']} {package['version']}", 1)[1].split("\n## ", 1)[0]
            assert len(text) > 400, package["name"]


def test_a_normal_page_stays_light() -> None:
    files = [
        "vendor/tabler-core@1.6.1/tabler.min.css",
        "app.css",
        "vendor/htmx@2.0.11/htmx.min.js",
        *(f"js/{name}.js" for name in ("theme", "app", "tools", "player")),
    ]
    weight = sum(len(gzip.compress((ROOT / "static" / name).read_bytes())) for name in files)
    assert weight < 250_000
