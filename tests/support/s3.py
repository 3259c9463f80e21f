"""An object store that speaks S3 and checks signatures, with one key that it knows."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from kit.buckets import Access
from kit.embedded.machine import free_port


@contextmanager
def object_store() -> Iterator[Access]:
    """A server that speaks S3 and checks signatures, with an empty bucket named recordings, and one key."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urlopen(Request(f"{url}/recordings", method="PUT"), timeout=5).close()
                break
            except URLError:
                time.sleep(0.1)
        key_id, secret = _keys(url)
        checks = Request(f"{url}/moto-api/reset-auth", b"0", {"Content-Type": "text/plain"})
        urlopen(checks, timeout=5).close()  # signatures count from now on
        yield Access(url, "us-east-1", key_id, secret)
    finally:
        server.terminate()
        server.wait()


def _keys(url: str) -> tuple[str, str]:
    """Make somebody who may do everything with S3, and a key for it."""
    allowed = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'
    scope = "AWS4-HMAC-SHA256 Credential=any/20261122/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=none"
    told = b""
    for action in (
        {"Action": "CreateUser"}, {"Action": "PutUserPolicy", "PolicyName": "p", "PolicyDocument": allowed},
        {"Action": "CreateAccessKey"},
    ):  # fmt: skip
        said = urlencode({**action, "UserName": "glassfloor", "Version": "2010-05-08"}).encode()
        with urlopen(Request(url, said, {"Authorization": scope}), timeout=5) as answer:
            told = answer.read()
    found = [re.search(rf"<{name}>(.+?)</{name}>".encode(), told) for name in ("AccessKeyId", "SecretAccessKey")]
    key_id, secret = (match[1].decode() for match in found if match is not None)
    return key_id, secret
