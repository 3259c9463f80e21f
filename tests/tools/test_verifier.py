"""The stand-alone verifier: it agrees with another implementation of Ed25519, and finds every change."""

from __future__ import annotations

import asyncio
import hashlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from journal.core.chain import GENESIS, canonical, chain
from journal.core.facts import Fact
from kit.signing import DocumentSigner
from tests.support.site import Site
from tools import glassfloor_verify as verifier

SIGNER = DocumentSigner(bytes(range(32)))
OTHER = DocumentSigner(bytes(range(1, 33)))
TENANT = UUID(int=7)
AT = datetime(2026, 11, 21, 8, tzinfo=UTC)


def fact(seq: int) -> Fact:
    data = {"name": "银河 <&>", "n": seq, "list": [1, {"deep": None}]}
    return Fact(
        TENANT, seq, AT + timedelta(seconds=seq), "Happened", 1, UUID(int=seq), {"kind": "user", "id": "u"}, data
    )


def head(seq: int, value: bytes, **more: object) -> dict[str, Any]:
    document = {"type": verifier.HEAD, "tenant": str(TENANT), "seq": seq, "hash": value.hex(), "at": AT.isoformat()}
    return SIGNER.sign({**document, **more})


def write(folder: Path, name: str, values: list[dict[str, Any]]) -> None:
    lines = [json.dumps(value, ensure_ascii=False) for value in values]
    (folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def read(folder: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps(SIGNER.public_keys()), encoding="utf-8")
    return path


def journal(tmp_path: Path, first: int = 1) -> Path:
    """Twelve facts in seals of five, from ``first`` on, with a signed head before them (if any), at 10, and at 12."""
    folder = tmp_path / "journal"
    folder.mkdir()
    facts = [fact(seq) for seq in range(1, 13)]
    hashes = chain(GENESIS, facts)
    write(folder, "facts.ndjson", [json.loads(canonical(f)) for f in facts[first - 1 :]])
    seals = [(start, min(start + 4, 12)) for start in range(1, 13, 5)]
    rows = [
        {"first_seq": a, "last_seq": b, "prev": (hashes[a - 2] if a > 1 else GENESIS).hex(),
         "hashes": [h.hex() for h in hashes[a - 1 : b]]}
        for a, b in seals if b >= first
    ]  # fmt: skip
    write(folder, "seals.ndjson", rows)
    before = [head(first - 1, hashes[first - 2])] if first > 1 else []
    write(folder, "heads.ndjson", [*before, head(10, hashes[9]), head(12, hashes[11])])
    return folder


def run(*words: object) -> int:
    return verifier.main([str(word) for word in words])


def test_its_arithmetic_is_that_of_the_rfc() -> None:
    assert run("selftest") == 0


@settings(max_examples=40, deadline=None)
@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=80), at=st.integers(0, 511))
def test_it_agrees_with_another_implementation(seed: bytes, message: bytes, at: int) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, good = private.public_key().public_bytes_raw(), private.sign(message)
    flipped = bytearray(good)
    flipped[at // 8] ^= 1 << at % 8
    assert verifier.ed25519_verify(public, message, good)
    assert not verifier.ed25519_verify(public, message, bytes(flipped))
    assert not verifier.ed25519_verify(public, message + b"x", good)


@pytest.mark.parametrize("octets", [bytes(32), b"\x01" + bytes(31), b"\x01" + bytes(30) + b"\x80", b"\xff" * 32])
def test_a_key_without_a_secret_is_refused(octets: bytes) -> None:
    """Points of small order and other spellings: with such a key a signature would fit any message."""
    assert not verifier.ed25519_verify(octets, b"any", b"\x01" + bytes(63))


def test_a_signature_has_one_spelling() -> None:
    """RFC 8032 5.1.7: S plus the group's order is refused, as cryptography's library refuses it."""
    private = Ed25519PrivateKey.from_private_bytes(bytes(32))
    good = private.sign(b"m")
    s = int.from_bytes(good[32:], "little") + verifier._L
    other = good[:32] + s.to_bytes(32, "little")
    public = private.public_key().public_bytes_raw()
    with pytest.raises(InvalidSignature):
        Ed25519PublicKey.from_public_bytes(public).verify(other, b"m")
    assert not verifier.ed25519_verify(public, b"m", other)


def test_a_signed_document_passes_and_is_told(tmp_path: Path, keys: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "probe.json"
    path.write_text(json.dumps(SIGNER.sign({"type": verifier.PROBE, "name": "银河\u202e"})), encoding="utf-8")
    assert run("probe", "--keys", keys, path) == 0
    told = capsys.readouterr().out
    assert "pass  the document is signed: glassfloor/probe-result/1" in told
    assert "\\u202e" in told
    assert run("certificate", "--keys", keys, path) == 1
    assert run("document", "--keys", keys, path) == 0
    assert run("document", "--keys", keys, path, "--type", verifier.HEAD) == 1


def journal_cut(seq: int, value: bytes, **more: object) -> dict[str, Any]:
    document = {
        "type": verifier.CUT, "tenant": str(TENANT), "seq": seq, "hash": value.hex(), "days": 365,
        "at": AT.isoformat(), "before": (AT - timedelta(days=365)).isoformat(),
    }  # fmt: skip
    return SIGNER.sign({**document, **more})


def test_a_whole_journal_begins_at_its_first_fact_or_where_a_signed_cut_says(tmp_path: Path, keys: Path) -> None:
    folder = journal(tmp_path, first=6)
    hashes = chain(GENESIS, [fact(seq) for seq in range(1, 13)])
    assert run("journal", "--keys", keys, folder) == 0, "an excerpt after a signed head"
    assert run("journal", "--whole", "--keys", keys, folder) == 1
    write(folder, "cuts.ndjson", [journal_cut(5, hashes[4])])
    assert run("journal", "--whole", "--keys", keys, folder) == 0
    assert run("journal", "--whole", "--keys", keys, folder, "--head", _kept(tmp_path, head(3, hashes[2]))) == 0
    value = hashes[4]
    for wrong in (
        journal_cut(4, hashes[3]), journal_cut(5, hashes[3]), journal_cut(5, value, tenant="x"),
        journal_cut(5, value, days=366), OTHER.sign(journal_cut(5, value)["signed"]),
    ):  # fmt: skip
        write(folder, "cuts.ndjson", [wrong])
        assert run("journal", "--keys", keys, folder) == 1, wrong


def _kept(tmp_path: Path, signed: dict[str, Any]) -> Path:
    path = tmp_path / "kept.json"
    path.write_text(json.dumps(signed), encoding="utf-8")
    return path


DOCUMENT = {"type": verifier.PROBE, "n": 1, "verdict": "green"}
CHANGES: list[Callable[[dict[str, Any]], object]] = [
    lambda s: s["signed"].update(verdict="red"),
    lambda s: s["signed"].update(more=1),
    lambda s: s["signed"].pop("n"),
    lambda s: s.update(more=1),
    lambda s: s.update(signed=[1]),
    lambda s: s.update(signature=None),
    lambda s: s.update(signature="eyJhbGciOiJub25lIn0.."),
    lambda s: s.update(signature=s["signature"].replace("..", ".e30.")),
    lambda s: s.update(signature=s["signature"] + "="),
    lambda s: s.update(OTHER.sign(DOCUMENT)),
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_document_fails(change: Callable[[dict[str, Any]], object], tmp_path: Path, keys: Path) -> None:
    signed = SIGNER.sign(DOCUMENT)
    change(signed)
    (tmp_path / "x.json").write_text(json.dumps(signed), encoding="utf-8")
    assert run("probe", "--keys", keys, tmp_path / "x.json") == 1


@pytest.mark.parametrize(
    "text", ['{"signed": {"type": "a", "type": "b"}, "signature": "x"}', "[" * 100_000, "nothing", '{"a": NaN}']
)
def test_what_is_no_document_cannot_be_checked(text: str, tmp_path: Path, keys: Path) -> None:
    (tmp_path / "x.json").write_text(text, encoding="utf-8")
    assert run("document", "--keys", keys, tmp_path / "x.json") == 2
    assert run("document", "--keys", keys, tmp_path / "none.json") == 2


def test_a_key_file_with_another_name_for_the_key_is_no_help(tmp_path: Path, keys: Path) -> None:
    forged = {"keys": [{**OTHER.public_keys()["keys"][0], "kid": SIGNER.key_id}]}
    keys.write_text(json.dumps(forged), encoding="utf-8")
    (tmp_path / "x.json").write_text(json.dumps(SIGNER.sign(DOCUMENT)), encoding="utf-8")
    assert run("document", "--keys", keys, tmp_path / "x.json") == 2


@pytest.mark.parametrize("first", [1, 2, 6, 8, 12])
def test_a_whole_journal_passes(first: int, tmp_path: Path, keys: Path) -> None:
    folder = journal(tmp_path, first)
    assert run("journal", "--keys", keys, folder) == 0
    with zipfile.ZipFile(tmp_path / "j.zip", "w") as packed:
        for path in folder.iterdir():
            packed.write(path, path.name)
    assert run("journal", "--keys", keys, tmp_path / "j.zip") == 0


def cut(folder: Path, name: str, which: slice) -> None:
    values = read(folder, name)
    del values[which]
    write(folder, name, values)


def edit(folder: Path, name: str, line: int, **more: object) -> None:
    values = read(folder, name)
    values[line].update(more)
    write(folder, name, values)


def rewrite(folder: Path) -> None:
    """Change a fact and seal everything anew, as somebody with our database could: only the signed heads tell."""
    facts = [fact(seq) for seq in range(1, 13)]
    facts[3].data["n"] = 99  # type: ignore[index]
    hashes = chain(GENESIS, facts)
    write(folder, "facts.ndjson", [json.loads(canonical(f)) for f in facts])
    seal = {"first_seq": 1, "last_seq": 12, "prev": GENESIS.hex(), "hashes": [h.hex() for h in hashes]}
    write(folder, "seals.ndjson", [seal])


FORGERIES: list[Callable[[Path], None]] = [
    lambda f: edit(f, "facts.ndjson", 4, data={"n": 1}),
    lambda f: edit(f, "facts.ndjson", 4, actor={"kind": "user", "id": "other"}),
    lambda f: edit(f, "facts.ndjson", 4, at="2026-11-21T08:00:05.000001+00:00"),
    lambda f: edit(f, "facts.ndjson", 4, tenant_id=str(UUID(int=8))),
    lambda f: edit(f, "facts.ndjson", 4, more=1),
    lambda f: edit(f, "facts.ndjson", 4, seq=True),
    lambda f: cut(f, "facts.ndjson", slice(4, 5)),
    lambda f: cut(f, "facts.ndjson", slice(0, 1)),
    lambda f: cut(f, "facts.ndjson", slice(10, 12)),
    lambda f: cut(f, "facts.ndjson", slice(0, 12)),
    lambda f: cut(f, "seals.ndjson", slice(1, 2)),
    lambda f: cut(f, "seals.ndjson", slice(0, 3)),
    lambda f: edit(f, "seals.ndjson", 1, prev="00" * 32),
    lambda f: edit(f, "seals.ndjson", 1, hashes=[]),
    lambda f: edit(f, "seals.ndjson", 1, prev="zz"),
    lambda f: cut(f, "heads.ndjson", slice(1, 2)),
    lambda f: cut(f, "heads.ndjson", slice(0, 2)),
    lambda f: edit(f, "heads.ndjson", 0, signature="a..b"),
    rewrite,
]


@pytest.mark.parametrize("forge", FORGERIES)
def test_a_forged_journal_fails(forge: Callable[[Path], None], tmp_path: Path, keys: Path) -> None:
    folder = journal(tmp_path)
    forge(folder)
    assert run("journal", "--keys", keys, folder, "-q") == 1


def test_a_cut_tail_shows_against_a_head_that_the_client_kept(tmp_path: Path, keys: Path) -> None:
    folder = journal(tmp_path)
    kept = tmp_path / "kept.json"
    kept.write_text(json.dumps(read(folder, "heads.ndjson")[1]), encoding="utf-8")
    cut(folder, "facts.ndjson", slice(10, 12))
    cut(folder, "seals.ndjson", slice(2, 3))
    cut(folder, "heads.ndjson", slice(1, 2))
    assert run("journal", "--keys", keys, folder) == 0
    assert run("journal", "--keys", keys, folder, "--head", kept) == 1


def test_another_clients_head_is_no_proof(tmp_path: Path, keys: Path) -> None:
    folder = journal(tmp_path)
    hashes = chain(GENESIS, [fact(seq) for seq in range(1, 13)])
    write(folder, "heads.ndjson", [head(12, hashes[11], tenant=str(UUID(int=8)))])
    assert run("journal", "--keys", keys, folder) == 1


@pytest.fixture
def export(tmp_path: Path) -> Path:
    folder = tmp_path / "export"
    (folder / "recordings").mkdir(parents=True)
    files = []
    for name, octets in (("data.ndjson", b'{"a": 1}\n'), ("recordings/one.wav", b"RIFF" * 1000)):
        (folder / name).write_bytes(octets)
        files.append({"path": name, "sha256": hashlib.sha256(octets).hexdigest(), "bytes": len(octets)})
    signed = SIGNER.sign({"type": verifier.MANIFEST, "tenant": str(TENANT), "files": files})
    (folder / "manifest.json").write_text(json.dumps(signed), encoding="utf-8")
    return folder


def test_a_whole_export_passes(export: Path, keys: Path) -> None:
    assert run("export", "--keys", keys, export) == 0


@pytest.mark.parametrize(
    "spoil",
    [
        lambda f: (f / "data.ndjson").write_bytes(b"{}\n"),
        lambda f: (f / "data.ndjson").unlink(),
        lambda f: (f / "more.txt").write_bytes(b"x"),
    ],
)
def test_a_spoilt_export_fails(spoil: Callable[[Path], object], export: Path, keys: Path) -> None:
    spoil(export)
    assert run("export", "--keys", keys, export) == 1


@pytest.mark.parametrize("path", ["../out.txt", "/etc/passwd", "a//b", "a\\b", "./a"])
def test_a_manifest_does_not_lead_out_of_its_folder(path: str, export: Path, keys: Path) -> None:
    signed = SIGNER.sign({"type": verifier.MANIFEST, "files": [{"path": path, "sha256": "0", "bytes": 1}]})
    (export / "manifest.json").write_text(json.dumps(signed), encoding="utf-8")
    assert run("export", "--keys", keys, export) == 2


def modules() -> Iterator[str]:
    for line in Path(verifier.__file__).read_text(encoding="utf-8").splitlines():
        if line.startswith(("import ", "from ")):
            yield line.split()[1].split(".")[0]


async def test_it_is_served_as_one_file_that_needs_nothing(site: Site, tmp_path: Path, keys: Path) -> None:
    assert set(modules()) <= sys.stdlib_module_names
    async with aiohttp.ClientSession(site.url) as session:
        async with session.get("/verify/glassfloor_verify.py") as answer:
            octets, digest = await answer.read(), answer.headers["X-Content-SHA256"]
        async with session.get("/.well-known/glassfloor-keys.json") as answer:
            published = await answer.json()
    assert hashlib.sha256(octets).hexdigest() == digest
    assert "d" not in published["keys"][0]
    (tmp_path / "v.py").write_bytes(octets)
    signed = DocumentSigner(bytes.fromhex(site.settings.signing_key.get_secret_value())).sign(DOCUMENT)
    (tmp_path / "x.json").write_text(json.dumps(signed), encoding="utf-8")
    (tmp_path / "keys.json").write_text(json.dumps(published), encoding="utf-8")
    command = [sys.executable, "-I", "-S", "v.py", "probe", "--keys", "keys.json", "x.json"]
    done = await asyncio.to_thread(
        subprocess.run, command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=30
    )
    assert done.returncode == 0, done.stderr
