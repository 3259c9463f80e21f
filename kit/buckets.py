"""A bucket of an object store that speaks S3, as a place for files (:class:`kit.objects.Objects`), by obstore.

What is written goes through a file without a name first: sealed content only, gone with its process. A read fetches a
window of the object, as players ask for one part after the other.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO, TypeVar

from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

_T = TypeVar("_T")

WINDOW = 512 * 1024
"""So many bytes are fetched at a time."""
_REFUSED = (PermissionDeniedError, UnauthenticatedError)
_SAYS_NO = re.compile(r"status code: 40[13]\b")
"""How a refusal of a listing is told, which has no error of its own."""
ANSWERS_WITHIN = timedelta(seconds=10)
SENT_WITHIN = timedelta(seconds=120)
"""So long a part of what is stored may be on its way (a line of 0.7 Mbit/s is enough); then it is sent anew."""
_PART = 5 * 1024 * 1024
"""Bytes of a part: the fewest that S3 takes."""
_PARTS_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Access:
    """How a bucket is reached. ``endpoint``: the store's address; empty: Amazon's own of the region."""

    endpoint: str
    region: str
    key_id: str
    secret: str


class BucketBlob:
    """An object that is being read."""

    def __init__(self, store: S3Store, key: str) -> None:
        """Ask for its size. Raises ``FileNotFoundError`` and ``ConnectionError``."""
        self._store, self._key = store, key
        with _told():
            self._size = int(store.head(key)["size"])
        self._begins, self._window = 0, b""

    @property
    def size(self) -> int:
        """Its length in bytes."""
        return self._size

    def read(self, start: int, length: int) -> bytes:
        """Return so many bytes from there on, fewer at the end."""
        end = min(start + length, self._size)
        if start >= end:
            return b""
        if start < self._begins or end > self._begins + len(self._window):
            wanted = min(max(length, WINDOW), self._size - start)
            with _told():
                self._begins, self._window = start, bytes(self._store.get_range(self._key, start=start, length=wanted))
        return self._window[start - self._begins : end - self._begins]


class Bucket:
    """Files in a bucket, each under its key."""

    def __init__(self, name: str, access: Access, sent_within: timedelta = SENT_WITHIN) -> None:
        """``name``: the bucket's, or ``bucket/prefix``. Nothing is asked yet."""
        self._store = _store(name, access, ANSWERS_WITHIN)
        self._sends = _store(name, access, sent_within)

    def put(self, key: str, write: Callable[[BinaryIO], _T]) -> _T:
        """Write beside, then send all of it; a half-sent one is never seen. Ends within a bound, however slow it is."""
        with tempfile.TemporaryFile() as made:
            told = write(made)
            made.seek(0)
            with _told():
                self._sends.put(key, made, chunk_size=_PART, max_concurrency=_PARTS_AT_ONCE)
        return told

    @contextmanager
    def open(self, key: str) -> Iterator[BucketBlob]:
        """Open an object."""
        yield BucketBlob(self._store, _checked(key))

    def delete(self, key: str) -> None:
        """Delete an object."""
        with _told():
            try:
                self._store.delete(_checked(key))
            except FileNotFoundError:
                return

    def keys(self, prefix: str) -> Iterator[tuple[str, int]]:
        """Yield what lies below a prefix."""
        with _told():
            for page in self._store.list(prefix):
                yield from ((str(each["path"]), int(each["size"])) for each in page)

    def tidy(self, prefix: str) -> None:
        """Do nothing: an upload that was cut off is no object, and the store's own rules end it."""


def _store(name: str, access: Access, within: timedelta) -> S3Store:
    bucket, _, prefix = name.partition("/")
    return S3Store(
        bucket,
        prefix=prefix or None,
        endpoint=access.endpoint or None,
        region=access.region,
        access_key_id=access.key_id,
        secret_access_key=access.secret,
        client_options={"allow_http": access.endpoint.startswith("http://"), "timeout": within},
        retry_config={"max_retries": 2, "retry_timeout": within},
    )


@contextmanager
def _told() -> Iterator[None]:
    """Say what the store says in the words of this house: it is away, refuses us, or there is no such file."""
    try:
        yield
    except BaseError as error:
        if isinstance(error, _REFUSED) or _SAYS_NO.search(str(error)):
            raise PermissionError("the object store refuses our key: see GF_S3_KEY_ID and GF_S3_SECRET") from error
        raise ConnectionError(f"the object store: {type(error).__name__}") from error


def _checked(key: str) -> str:
    if key.startswith("/") or ".." in key.split("/"):
        raise FileNotFoundError(key)
    return key
