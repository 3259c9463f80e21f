"""Fetch the front end's third-party files, as `vendor.lock.json` names them, and write them under `static/vendor/`.

`vendor.py check` needs no network: it compares every vendored file with its hash and the sprite with the icons in use.
`vendor.py fetch` installs the exact versions with npm into a temporary folder (no install scripts), builds what has to
be built and refuses a file whose hash is not the locked one; `--update` writes the hashes of a deliberate upgrade.
Nothing of this runs when the product runs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "vendor.lock.json"
NOTICE = ROOT / "THIRD_PARTY.md"
ICON_USE = re.compile(r"""\bicon\(\s*["']([a-z0-9-]+)["']""")
SHAPE = re.compile(r"<(?:path|circle|rect|line|polyline)\b[^>]*/>")


def read_lock() -> dict[str, Any]:
    """Return the lock: packages with exact version, licence and files, the bundle, the sprite."""
    lock: dict[str, Any] = json.loads(LOCK.read_text(encoding="utf-8"))
    return lock


def locked_files(lock: dict[str, Any]) -> list[dict[str, str]]:
    """Every file that must exist, each with `to` (path in the repository) and `sha256`."""
    copied = [file for package in lock["packages"] for file in package.get("files", [])]
    return [*copied, *lock["built"]]


def sha256(path: Path) -> str:
    """Hex digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def icons_in_use() -> set[str]:
    """Names of the icons that templates ask for with `icon("…")`."""
    return {
        name
        for template in sorted((ROOT / "templates").rglob("*.html"))
        for name in ICON_USE.findall(template.read_text(encoding="utf-8"))
    }


def findings(lock: dict[str, Any]) -> list[str]:
    """Return what is wrong with the vendored files, one sentence each; empty when all is as locked."""
    found = []
    for file in locked_files(lock):
        path = ROOT / file["to"]
        if not path.is_file():
            found.append(f"{file['to']} is missing")
        elif sha256(path) != file["sha256"]:
            found.append(f"{file['to']} differs from its locked hash")
    wanted = {str(ROOT / file["to"]) for file in locked_files(lock)}
    found += [
        f"{path.relative_to(ROOT)} is not in the lock"
        for path in sorted((ROOT / "static" / "vendor").rglob("*"))
        if path.is_file() and str(path) not in wanted
    ]
    missing = icons_in_use() - set(lock["sprite"]["icons"])
    found += [f"icon {name} is used by a template and not in the sprite" for name in sorted(missing)]
    return found


def install(lock: dict[str, Any], folder: Path) -> Path:
    """Install the locked versions without running their scripts; returns the folder of modules."""
    (folder / "package.json").write_text('{"private": true}', encoding="utf-8")
    wanted = [f"{package['name']}@{package['version']}" for package in lock["packages"]]
    flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--save-exact", "--loglevel=error"]
    subprocess.run(["npm", "install", *flags, *wanted], cwd=folder, check=True)
    return folder / "node_modules"


def bundle_phone(modules: Path, target: Path) -> None:
    """JsSIP ships no browser file: bundle it once into one script that defines `JsSIP`."""
    entry = modules.parent / "phone-entry.js"
    entry.write_text("import * as J from 'jssip';\nmodule.exports = J.default || J;\n", encoding="utf-8")
    flags = ["--bundle", "--minify", "--format=iife", "--global-name=JsSIP", "--define:global=window"]
    command = [str(modules / ".bin" / "esbuild"), str(entry), *flags, f"--outfile={target}", "--log-level=error"]
    subprocess.run(command, cwd=modules.parent, check=True)


def build_sprite(lock: dict[str, Any], modules: Path, target: Path) -> None:
    """One SVG with a symbol per icon in use: a page refers to it by `#name`."""
    symbols = []
    for name in sorted(set(lock["sprite"]["icons"])):
        source = (modules / "@tabler/icons/icons/outline" / f"{name}.svg").read_text(encoding="utf-8")
        shapes = "".join(shape for shape in SHAPE.findall(source) if 'stroke="none"' not in shape)
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>')
    svg = '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
    target.write_text(svg, encoding="utf-8")


def licence_text(modules: Path, name: str) -> str:
    """Return the licence text as the package ships it."""
    for candidate in ("LICENSE", "LICENSE.md", "LICENSE.txt", "license.md"):
        path = modules / name / candidate
        if path.is_file():
            return path.read_text(encoding="utf-8").strip()
    return ""


def write_notice(lock: dict[str, Any], modules: Path) -> None:
    """`THIRD_PARTY.md`: what we ship of others, under which licence, with the licence texts."""
    rows = [f"| {p['name']} | {p['version']} | {p['licence']} | {p['use']} |" for p in lock["packages"]]
    parts = [
        "# Third-party files of the front end\n",
        "Written by `tools/vendor.py` from `vendor.lock.json`; do not edit.\n",
        "\n".join(["| package | version | licence | used for |", "| --- | --- | --- | --- |", *rows]) + "\n",
    ]
    for package in lock["packages"]:
        text = licence_text(modules, package["name"]) or package.get("licence_text", "")
        if package.get("shipped", True):
            parts.append(f"## {package['name']} {package['version']} ({package['licence']})\n\n```text\n{text}\n```\n")
    NOTICE.write_text("\n".join(parts), encoding="utf-8")


def fetch(lock: dict[str, Any], *, update: bool) -> list[str]:
    """Write every vendored file; with `update` the lock takes the new hashes, else a difference is a finding."""
    if update:
        lock["sprite"]["icons"] = sorted(set(lock["sprite"]["icons"]) | icons_in_use())
    with tempfile.TemporaryDirectory() as scratch:
        modules = install(lock, Path(scratch))
        for file in locked_files(lock):
            (ROOT / file["to"]).parent.mkdir(parents=True, exist_ok=True)
        for package in lock["packages"]:
            for file in package.get("files", []):
                (ROOT / file["to"]).write_bytes((modules / package["name"] / file["from"]).read_bytes())
        for built in lock["built"]:
            if built["from"] == "jssip":
                bundle_phone(modules, ROOT / built["to"])
            else:
                build_sprite(lock, modules, ROOT / built["to"])
        write_notice(lock, modules)
    if update:
        for file in locked_files(lock):
            file["sha256"] = sha256(ROOT / file["to"])
        LOCK.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return findings(lock)


def main() -> int:
    """Command line: `check`, or `fetch [--update]`; the exit status is 1 when something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["check", "fetch"])
    parser.add_argument("--update", action="store_true", help="write the hashes of what was fetched into the lock")
    options = parser.parse_args()
    lock = read_lock()
    found = fetch(lock, update=options.update) if options.command == "fetch" else findings(lock)
    for finding in found:
        print(finding)
    print(f"{len(locked_files(lock))} files, {len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
