#!/usr/bin/env python3
"""Check what Glassfloor gave you, without Glassfloor.

One file, nothing but Python's standard library (3.9 or newer), no network. Read it before you trust it: that is why it
is short. It checks

- signed documents: JSON with a detached JWS (RFC 7515 appendix F) by Ed25519 (RFC 8032, RFC 8037, RFC 9864);
- a journal: every fact's SHA-256 chained to the one before it, no number missing, and the chain's end equal to the
  heads that were signed and that you may have kept yourself; if its oldest facts are no longer kept, it begins where
  a signed document says, and nowhere else;
- an export: every file's digest against the signed manifest, nothing missing, nothing beside it.

Every rule is printed with pass or FAIL. Exit code 0: all passed; 1: something is not as it should be; 2: it could not
be checked (a file is missing or is not what the command expects).
"""

from __future__ import annotations

import argparse
import base64
import copy
import hashlib
import json
import sys
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

HEAD = "glassfloor/journal-head/1"
HEAD_EVENT = "journal.head"
CUT = "glassfloor/journal-cut/1"
MANIFEST = "glassfloor/export-manifest/1"
CERTIFICATE = "glassfloor/erase-certificate/1"
PROBE = "glassfloor/probe-result/1"

MANIFEST_FILE = "manifest.json"
LINE_LIMIT = 16 * 1024 * 1024
DOCUMENT_LIMIT = 64 * 1024 * 1024
CHUNK = 1024 * 1024
KEY_BYTES = 32
SHOWN = 200
"""How much of a long value is printed."""


class Unreadable(Exception):
    """What was given is not what the command checks."""


class NotSigned(Exception):
    """A document is not what one of the keys signed; the text says why."""


class Report:
    """The rules that were tried, and whether each held."""

    def __init__(self, *, quiet: bool = False) -> None:
        """Print each rule at once, or nothing but failures."""
        self.failed = 0
        self.passed = 0
        self._quiet = quiet

    def rule(self, name: str, held: bool, detail: str = "") -> bool:  # noqa: FBT001 - it reads as a sentence
        """Note one rule and return whether it held."""
        self.passed += held
        self.failed += not held
        if not held or not self._quiet:
            print(f"{'pass' if held else 'FAIL'}  {name}{': ' + printable(detail) if detail else ''}")
        return held

    def note(self, text: str) -> None:
        """Print what is worth knowing and no rule."""
        if not self._quiet:
            print(f"      {printable(text)}")


def printable(text: str) -> str:
    """Return text that cannot move the cursor, change its direction or break the line."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


# Ed25519, RFC 8032 section 5.1: verification only, so nothing here is secret and nothing needs constant time.

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_I = pow(2, (_P - 1) // 4, _P)

Point = tuple[int, int, int, int]
"""Extended homogeneous coordinates (X, Y, Z, T) with x = X/Z, y = Y/Z, x*y = T/Z (5.1.4)."""

_NEUTRAL: Point = (0, 1, 1, 0)


def _add(p: Point, q: Point) -> Point:
    a = (p[1] - p[0]) * (q[1] - q[0]) % _P
    b = (p[1] + p[0]) * (q[1] + q[0]) % _P
    c = 2 * p[3] * q[3] * _D % _P
    d = 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % _P, g * h % _P, f * g % _P, e * h % _P)


def _times(number: int, point: Point) -> Point:
    result = _NEUTRAL
    while number:
        if number & 1:
            result = _add(result, point)
        point, number = _add(point, point), number >> 1
    return result


def _equal(p: Point, q: Point) -> bool:
    return (p[0] * q[2] - q[0] * p[2]) % _P == 0 and (p[1] * q[2] - q[1] * p[2]) % _P == 0


def _decode_point(octets: bytes) -> Point | None:
    """Decode a point (5.1.3); None when the octets are none, or are another spelling of one."""
    y = int.from_bytes(octets, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if len(octets) != KEY_BYTES or y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _I % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    x = _P - x if x & 1 != sign else x
    return (x, y, 1, x * y % _P)


_BASE_Y = 4 * pow(5, _P - 2, _P) % _P
_BASE = _decode_point(_BASE_Y.to_bytes(32, "little")) or _NEUTRAL


def ed25519_verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether this is the signature of the message (5.1.7, the equation without cofactor: the stricter one)."""
    if len(signature) != 2 * KEY_BYTES:
        return False
    key, r = _decode_point(public), _decode_point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or r is None or s >= _L or _equal(_times(8, key), _NEUTRAL):
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % _L
    return _equal(_times(s, _BASE), _add(r, _times(k, key)))


_VECTORS = (  # RFC 8032 section 7.1, tests 1, 2 and 3: public key, message, signature
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
)


def check_vectors(report: Report) -> None:
    """Check this file's own arithmetic with the vectors of RFC 8032, and that a changed bit is noticed."""
    for number, (public, message, signature) in enumerate(_VECTORS, 1):
        key, text, good = bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)
        wrong = bytes([good[0] ^ 1]) + good[1:]
        held = ed25519_verify(key, text, good) and not ed25519_verify(key, text, wrong)
        report.rule(f"RFC 8032 vector {number}", held and not ed25519_verify(key, text + b"x", good))


# JSON in one byte form, and signed documents.


def canonical(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """Return the one byte form: keys sorted, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def parse(text: bytes | str, name: str) -> Any:  # noqa: ANN401 - any JSON value
    """Read JSON strictly: no name twice, no NaN. Raises :class:`Unreadable`."""
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{name} is not JSON: {error}") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return made


def _constant(text: str) -> None:
    raise ValueError(f"{text} is not JSON")


def unpad(text: str) -> bytes:
    """Decode base64url without padding, in its only spelling. Raises ``ValueError``."""
    octets = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(octets).rstrip(b"=").decode() != text:
        raise ValueError("not base64url")
    return octets


class Keys:
    """Glassfloor's public keys by their thumbprint (RFC 7638), from ``/.well-known/glassfloor-keys.json``."""

    def __init__(self, document: Any, report: Report) -> None:  # noqa: ANN401 - what was read
        """Take a JWK set (RFC 7517). Raises :class:`Unreadable` when no key in it can be used."""
        self._keys: dict[str, bytes] = {}
        for key in document.get("keys", []) if isinstance(document, dict) else []:
            if not isinstance(key, dict) or (key.get("kty"), key.get("crv")) != ("OKP", "Ed25519"):
                continue
            try:
                public = unpad(str(key.get("x")))
            except ValueError as error:
                raise Unreadable(f"a key is not readable: {error}") from error
            base = canonical({"crv": "Ed25519", "kty": "OKP", "x": key["x"]})
            thumbprint = base64.urlsafe_b64encode(hashlib.sha256(base).digest()).rstrip(b"=").decode()
            if report.rule("the key is named by its own thumbprint", key.get("kid") == thumbprint, thumbprint):
                self._keys[thumbprint] = public
        if not self._keys:
            raise Unreadable("there is no Ed25519 key in the key file")

    def check(self, signed: Any, kind: str | None) -> dict[str, Any]:  # noqa: ANN401 - what was read
        """Return what a signed document of this kind says. Raises :class:`NotSigned`."""
        if not isinstance(signed, dict) or set(signed) != {"signed", "signature"}:
            raise NotSigned('a signed document has "signed" and "signature", and nothing else')
        document = signed["signed"]
        head, header, octets = _detached(signed["signature"])
        public = self._keys.get(str(header["kid"]))
        if public is None:
            raise NotSigned(f"it is signed with a key that is not in your key file: {header['kid']}")
        payload = base64.urlsafe_b64encode(canonical(document)).rstrip(b"=").decode()
        if not ed25519_verify(public, f"{head}.{payload}".encode(), octets):
            raise NotSigned("the signature does not fit the document: one of them was changed")
        if not isinstance(document, dict) or not isinstance(document.get("type"), str):
            raise NotSigned("it does not say what it is")
        if kind is not None and document["type"] != kind:
            raise NotSigned(f"it is a {document['type']}, not a {kind}")
        return document


def _detached(signature: Any) -> tuple[str, dict[str, Any], bytes]:  # noqa: ANN401 - what was read
    """Take a detached JWS apart: header as it stands, header, signature. Raises :class:`NotSigned`."""
    wrong = NotSigned("the signature is not a detached JWS with Ed25519")
    try:
        head, middle, tail = str(signature).split(".")
        header, octets = parse(unpad(head), "the signature's header"), unpad(tail)
    except (ValueError, Unreadable) as error:
        raise wrong from error
    if middle or not isinstance(header, dict) or set(header) != {"alg", "kid"} or header["alg"] != "Ed25519":
        raise wrong
    return head, header, octets


def check_document(report: Report, keys: Keys, signed: Any, kind: str | None, name: str) -> dict[str, Any] | None:  # noqa: ANN401
    """Note whether ``signed`` is a document of this kind; return what it says."""
    try:
        document = keys.check(signed, kind)
    except NotSigned as problem:
        report.rule(f"{name} is signed", False, str(problem))
        return None
    report.rule(f"{name} is signed", True, document["type"])
    return document


# Files, in a folder or in a zip.


class Bundle:
    """A folder or a zip file, read by relative names; nothing is ever unpacked."""

    def __init__(self, path: Path) -> None:
        """Open it. Raises :class:`Unreadable`."""
        self._zip: zipfile.ZipFile | None = None
        self._root = path
        self.below = ""
        if path.is_dir():
            self.names = sorted(
                p.relative_to(path).as_posix() for p in path.rglob("*") if p.is_symlink() or not p.is_dir()
            )
            return
        try:
            self._zip = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile) as error:
            raise Unreadable(f"{path} is neither a folder nor a zip file: {error}") from error
        self.names = sorted(name for name in self._zip.namelist() if not name.endswith("/"))

    def inside(self, folder: str) -> Bundle:
        """Return one of its folders as a bundle."""
        part = copy.copy(self)
        part.below = f"{self.below}{folder}/"
        part.names = [name[len(folder) + 1 :] for name in self.names if name.startswith(f"{folder}/")]
        return part

    def open(self, name: str) -> IO[bytes]:
        """Open a file to read. Raises :class:`Unreadable`."""
        name = self.below + name
        try:
            if self._zip is not None:
                return self._zip.open(name)
            if (self._root / name).is_symlink():
                raise Unreadable(f"{name} is a link, not a file")
            return (self._root / name).open("rb")
        except (OSError, KeyError, RuntimeError, zipfile.BadZipFile) as error:
            raise Unreadable(f"{name} cannot be read: {error}") from error

    def document(self, name: str) -> Any:  # noqa: ANN401 - any JSON value
        """Read a JSON file."""
        with self.open(name) as file:
            octets = file.read(DOCUMENT_LIMIT + 1)
        if len(octets) > DOCUMENT_LIMIT:
            raise Unreadable(f"{name} is larger than {DOCUMENT_LIMIT} bytes")
        return parse(octets, name)

    def lines(self, name: str) -> Iterator[dict[str, Any]]:
        """Read a file of JSON objects, one a line, without holding it all."""
        with self.open(name) as file:
            number = 0
            while line := file.readline(LINE_LIMIT + 1):
                number += 1
                if len(line) > LINE_LIMIT:
                    raise Unreadable(f"{name}:{number} is too long")
                value = parse(line, f"{name}:{number}")
                if not isinstance(value, dict):
                    raise Unreadable(f"{name}:{number} is no object")
                yield value

    def digest(self, name: str) -> tuple[str, int]:
        """Return a file's SHA-256 in hex and its size."""
        found, size = hashlib.sha256(), 0
        try:
            with self.open(name) as file:
                while chunk := file.read(CHUNK):
                    found.update(chunk)
                    size += len(chunk)
        except (OSError, zipfile.BadZipFile, zipfile.LargeZipFile) as error:
            raise Unreadable(f"{name} cannot be read: {error}") from error
        return found.hexdigest(), size


# The journal.

FACT_FIELDS = frozenset({"tenant_id", "seq", "at", "kind", "version", "subject", "actor", "data"})
GENESIS = bytes(32)


Head = tuple[int, bytes, dict[str, Any]]
"""A signed head: the number of its fact, the hash there, and the document."""


class Broken(Exception):
    """The chain does not hold; the text says where."""


class Chain:
    """The facts of a bundle, walked once: every hash is computed anew and compared with its seal."""

    def __init__(self, wanted: set[int]) -> None:
        """Remember the hashes at the ``wanted`` numbers."""
        self._wanted = wanted
        self.tenant: str | None = None
        self.first, self.last = 1, 0
        self.start, self.value = GENESIS, GENESIS
        self.at: dict[int, bytes] = {}

    def walk(self, bundle: Bundle) -> None:
        """Walk all facts. Raises :class:`Broken` at the first that does not fit."""
        seals: Iterator[tuple[bytes, bytes]] = iter(())
        for fact in bundle.lines("facts.ndjson"):
            seq = fact.get("seq")
            if set(fact) != FACT_FIELDS or not isinstance(seq, int) or isinstance(seq, bool):
                raise Broken(f"after fact {self.last}: a line is not a fact")
            if self.tenant is None:
                self.tenant, self.first, self.last = fact["tenant_id"], seq, seq - 1
                seals = _sealed(bundle, seq)
            if seq != self.last + 1 or fact["tenant_id"] != self.tenant:
                raise Broken(f"fact {self.last + 1} is missing, or a foreign one stands in its place")
            before, sealed = next(seals, (b"", b""))
            self._take(fact, seq, before, sealed)
        if self.tenant is None:
            raise Broken("there is no fact in it")

    def _take(self, fact: dict[str, Any], seq: int, before: bytes, sealed: bytes) -> None:
        if not sealed:
            raise Broken(f"fact {seq} has no seal")
        if seq == self.first:
            self.start = before
        elif before != self.value:
            raise Broken(f"fact {seq}: its seal does not continue the hash before it")
        self.value = hashlib.sha256(before + canonical(fact)).digest()
        if self.value != sealed:
            raise Broken(f"fact {seq} is not what was sealed")
        self.last = seq
        if seq in self._wanted:
            self.at[seq] = self.value


def _sealed(bundle: Bundle, first: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield (hash before it, its hash) for each sealed fact from ``first`` on. Raises :class:`Broken`."""
    expected, before = first, b""
    for seal in bundle.lines("seals.ndjson"):
        try:
            start, end, prev = int(seal["first_seq"]), int(seal["last_seq"]), bytes.fromhex(seal["prev"])
            hashes = [bytes.fromhex(text) for text in seal["hashes"]]
        except (KeyError, TypeError, ValueError) as error:
            raise Broken(f"a seal is not readable: {error!r}") from error
        if len(hashes) != end - start + 1 or start > expected or (before and (start != expected or prev != before)):
            raise Broken(f"the seal of {start} to {end} does not continue the one before it")
        for seq, value in enumerate(hashes, start):
            if seq == expected:
                yield prev, value
                expected += 1
            prev = value
        before = prev


def check_journal(report: Report, keys: Keys, bundle: Bundle, held: list[Any], *, whole: bool = False) -> None:
    """Check ``facts.ndjson``, ``seals.ndjson`` and ``heads.ndjson`` of a bundle, and heads that the client kept.

    ``whole``: it must begin with the first fact, or where a signed document in ``cuts.ndjson`` says that older facts
    were deleted. Otherwise it may be an excerpt, which begins after a signed head.
    """
    heads = _heads(report, keys, bundle, held)
    chain = Chain({seq for seq, _, _ in heads})
    try:
        chain.walk(bundle)
        told = f"facts {chain.first} to {chain.last}, by SHA-256 over each one's canonical form"
        report.rule("every fact is chained to the one before it, none is missing", True, told)
    except Broken as broken:
        report.rule("every fact is chained to the one before it, none is missing", False, str(broken))
    _check_beginning(report, chain, heads, _cut(report, keys, bundle, chain), whole=whole)
    for head in heads:
        _compare(report, chain, head)
    report.rule("a signed head covers the last fact", chain.last in chain.at, f"fact {chain.last}")


def _check_beginning(
    report: Report, chain: Chain, heads: list[Head], cut: tuple[int, bytes] | None, *, whole: bool
) -> None:
    before = chain.first - 1
    if cut is not None:
        report.rule("the journal begins where it was cut", cut == (before, chain.start), f"after fact {cut[0]}")
    elif before == 0:
        report.rule("the journal begins at its beginning", chain.start == GENESIS)
    elif whole:
        report.rule("the journal begins at its beginning", False, f"facts up to {before} are missing; nothing says why")
    else:
        report.note(f"an excerpt: facts up to {before} are not in it")
    if before:
        known = {value for seq, value, _ in heads if seq == before}
        report.rule(f"it continues the signed head of fact {before}", known == {chain.start})


def _cut(report: Report, keys: Keys, bundle: Bundle, chain: Chain) -> tuple[int, bytes] | None:
    """Read where the bundle says that older facts were deleted; None when it says nothing."""
    if "cuts.ndjson" not in bundle.names:
        return None
    found = (0, b"")
    for signed in bundle.lines("cuts.ndjson"):
        told = check_document(report, keys, signed, CUT, "where the journal was cut")
        if told is None:
            continue
        try:
            found = (int(told["seq"]), bytes.fromhex(told["hash"]))
            kept = datetime.fromisoformat(told["at"]) - datetime.fromisoformat(told["before"])
            days = int(told["days"])
        except (KeyError, TypeError, ValueError) as error:
            raise Unreadable(f"the cut is not readable: {error!r}") from error
        report.rule("the cut is of this journal", told.get("tenant") == chain.tenant)
        detail = f"{days} days, before {told['before']}"
        report.rule("nothing younger was cut than was agreed", kept.days >= days, detail)
    return found


def _compare(report: Report, chain: Chain, head: Head) -> None:
    seq, value, document = head
    if not report.rule(f"the head of fact {seq} is of this journal", document.get("tenant") == chain.tenant):
        return
    if seq >= chain.first:
        told = str(document.get("at")) if seq <= chain.last else f"the facts end at {chain.last}: a tail is cut"
        report.rule(f"the chain has the head that was signed at fact {seq}", chain.at.get(seq) == value, told)
    elif seq < chain.first - 1:
        report.note(f"the head of fact {seq} lies before the first fact: there is nothing to compare it with")


def _heads(report: Report, keys: Keys, bundle: Bundle, held: list[Any]) -> list[Head]:
    found: list[Head] = []
    inside = list(bundle.lines("heads.ndjson")) if "heads.ndjson" in bundle.names else []
    for where, signed in [("a head of the bundle", head) for head in inside] + [("your head", head) for head in held]:
        try:
            head = keys.check(signed, HEAD)
            found.append((int(head["seq"]), bytes.fromhex(head["hash"]), head))
        except (NotSigned, KeyError, TypeError, ValueError) as problem:
            report.rule(f"{where} is signed and readable", False, str(problem))
    told = f"{len(found)} of {len(inside)} in the bundle and {len(held)} of yours"
    report.rule("heads are signed", bool(found), told)
    return found


# Exports, certificates, probe results.


def _files_of(manifest: Mapping[str, Any]) -> dict[str, tuple[str, int | None]]:
    listed: dict[str, tuple[str, int | None]] = {}
    for entry in manifest.get("files", []):
        if not isinstance(entry, dict) or not isinstance(entry.get("path"), str):
            raise Unreadable("the manifest lists something that is not a file")
        path, size = entry["path"], entry.get("bytes")
        parts = PurePosixPath(path)
        if parts.is_absolute() or ".." in parts.parts or "\\" in path or path in listed or str(parts) != path:
            raise Unreadable(f"the manifest lists a wrong path: {path}")
        listed[path] = (str(entry.get("sha256")), size if isinstance(size, int) else None)
    return listed


def check_export(report: Report, keys: Keys, bundle: Bundle, held: list[Any]) -> None:
    """Check a signed manifest and every file that it lists, and its journal against heads that the client kept."""
    if held:
        check_journal(report, keys, bundle.inside("journal"), held, whole=True)
    manifest = check_document(report, keys, bundle.document(MANIFEST_FILE), MANIFEST, "the manifest")
    if manifest is None:
        return
    listed = _files_of(manifest)
    report.rule("the manifest lists files", bool(listed), f"{len(listed)}")
    present = set(bundle.names) - {MANIFEST_FILE}
    missing, beside = sorted(set(listed) - present), sorted(present - set(listed))
    report.rule("no file is missing", not missing, ", ".join(missing[:5]))
    report.rule("nothing lies beside the listed files", not beside, ", ".join(beside[:5]))
    report.rule("no file stands twice", len(bundle.names) == len(set(bundle.names)))
    wrong = []
    for name in sorted(set(listed) & present):
        digest, size = bundle.digest(name)
        if digest != listed[name][0] or listed[name][1] not in {None, size}:
            wrong.append(name)
    report.rule("every file has its digest", not wrong, ", ".join(wrong[:5]) or f"{len(listed)} by SHA-256")


def tell(report: Report, document: Mapping[str, Any]) -> None:
    """Print what a signed document says, a line a member."""
    for name, value in sorted(document.items()):
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        report.note(f"{name}: {text if len(text) <= SHOWN else text[:SHOWN] + '…'}")


# The command.

_EXAMPLES = """\
first, once:
  curl -o keys.json https://YOUR-CENTRE/.well-known/glassfloor-keys.json
  keep that file, and compare it with one fetched from elsewhere: every check below trusts it

then:
  %(prog)s journal  --keys keys.json audit.zip                    what "export with proof" gave you
  %(prog)s journal  --keys keys.json audit.zip --head kept.json   the same against a head that you kept
  %(prog)s journal  --keys keys.json audit.zip --head kept/       or against all that webhooks brought you
  %(prog)s export   --keys keys.json export.zip                   everything of a client, as it leaves
  %(prog)s certificate --keys keys.json erased.json               what was destroyed, and when
  %(prog)s probe    --keys keys.json probe.json                   the result of an isolation probe
  %(prog)s document --keys keys.json any.json                     anything else that is signed
  %(prog)s selftest                                               this file's arithmetic, by RFC 8032's vectors

exit code: 0 all passed, 1 something is not as it should be, 2 it could not be checked
"""
_KINDS = {"certificate": CERTIFICATE, "probe": PROBE, "document": None}
_HELP = {
    "journal": "a journal: facts.ndjson, seals.ndjson, heads.ndjson in a folder or zip",
    "export": "an export: manifest.json and the files that it lists, in a folder or zip",
    "certificate": "the certificate of an erasure",
    "probe": "the result of an isolation probe",
    "document": "any signed document",
}


def _arguments() -> argparse.ArgumentParser:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, epilog=_EXAMPLES, formatter_class=raw)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in _HELP.items():
        command = commands.add_parser(name, help=text, description=f"Check {text}.")
        command.add_argument("path", type=Path, help="the file" if name in _KINDS else "the folder or zip file")
        command.add_argument("--keys", type=Path, required=True, help="the published keys (a JWK set)")
        command.add_argument("-q", "--quiet", action="store_true", help="print failures only")
        if name in {"journal", "export"}:
            kept = "what you kept: a signed head, a webhook's body, a file of them line by line, or a folder"
            command.add_argument("--head", type=Path, action="append", default=[], help=kept)
        if name == "journal":
            command.add_argument("--whole", action="store_true", help="no excerpt: begins at fact 1 or a cut")
        if name == "document":
            command.add_argument("--type", help="what it must be, such as " + HEAD)
    commands.add_parser("selftest", help="this file's own arithmetic")
    return parser


def _file(path: Path) -> Any:  # noqa: ANN401 - any JSON value
    try:
        if path.stat().st_size > DOCUMENT_LIMIT:
            raise Unreadable(f"{path} is larger than {DOCUMENT_LIMIT} bytes")
        return parse(path.read_bytes(), str(path))
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}") from error


def kept_heads(path: Path) -> list[Any]:
    """Return the signed heads in a file or folder that the client kept. Raises :class:`Unreadable`.

    A head stands there as it was signed, as the ``data`` of a ``journal.head`` webhook, or in the list that
    ``GET /v1/journal/heads`` gives; other webhooks in the same file are passed over.
    """
    if path.is_dir():
        return [head for file in sorted(path.rglob("*.json*")) if file.is_file() for head in kept_heads(file)]
    try:
        values = [_file(path)]
    except Unreadable:
        with_lines = Bundle(path.parent).lines(path.name)
        values = list(with_lines)
    found = [head for value in values for head in _heads_in(value)]
    if not found:
        raise Unreadable(f"{path} holds no signed head")
    return found


def _heads_in(value: Any) -> list[Any]:  # noqa: ANN401 - any JSON value
    if isinstance(value, list):
        return [head for each in value for head in _heads_in(each)]
    if isinstance(value, dict) and "signed" not in value:
        if value.get("type", HEAD_EVENT) != HEAD_EVENT:
            return []
        return _heads_in(value["data"]) if "data" in value else [value]
    return [value]


def _run(given: argparse.Namespace, report: Report) -> None:
    if given.command == "selftest":
        check_vectors(report)
        return
    check_vectors(Report(quiet=True))
    keys = Keys(_file(given.keys), report)
    if given.command == "journal":
        held = [head for path in given.head for head in kept_heads(path)]
        check_journal(report, keys, Bundle(given.path), held, whole=given.whole)
    elif given.command == "export":
        check_export(report, keys, Bundle(given.path), [head for path in given.head for head in kept_heads(path)])
    else:
        kind = _KINDS[given.command] or getattr(given, "type", None)
        document = check_document(report, keys, _file(given.path), kind, "the document")
        if document is not None:
            tell(report, document)


def main(words: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    given = _arguments().parse_args(words)
    report = Report(quiet=getattr(given, "quiet", False))
    try:
        _run(given, report)
    except Unreadable as problem:
        print(f"cannot be checked: {printable(str(problem))}", file=sys.stderr)
        return 2
    print(f"{report.passed} rules passed, {report.failed} failed")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
