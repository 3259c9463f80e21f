"""What a client's system sends us in our own format, what a map is made of, and how it is all shown."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from exchange.core.document import NEWEST, Document, Remark
from exchange.core.maps import TOLD, FieldRow, Map, StatusRow
from exchange.core.outgoing import Words
from kit import strictjson
from kit.instants import Instant
from workorders.fields import Code, Text
from workorders.schemas import Resolution

MOST_COMMENTS = 50
_LOCAL = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
_DOMAIN = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
_FOLDER = r"^/?[^\x00-\x1f/]+(/[^\x00-\x1f/]+)*$"


def _visible(text: str) -> str:
    if not text.isprintable() or text.isspace():
        raise ValueError("an id and a status are made of characters that can be seen")
    return text


External = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_visible)]
"""An id, a status or a value of the other system."""
Address = Annotated[str, StringConstraints(max_length=2000, pattern=r"^https?://[^\s\x00-\x1f]+$")]
Path = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f]*$")]
MessageType = Literal[
    "work_order.create", "work_order.update", "work_order.transition", "work_order.comment", "work_order.state"
]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class InboundComment(_Body):
    """A comment in the other system, by its id there: the same id is never written twice."""

    id: External
    body: Annotated[str, StringConstraints(min_length=1, max_length=4000)]


class Inbound(_Body):
    """A message in our own format: what ``type`` is about must be there, ``work_order.state`` may say everything.

    ``external_version`` or ``updated_at`` says how new it is: what is older than the last one applied changes nothing.
    """

    type: MessageType
    external_id: External
    external_version: Annotated[int, Field(ge=0, le=NEWEST)] | None = None
    updated_at: Instant | None = None
    external_url: Address | None = None
    work_order_id: UUID | None = None
    fields: dict[str, Any] = {}
    status: External | None = None
    reason: Text | None = None
    pending_on: Literal["outsourcer", "tenant", "end_customer", "third_party"] | None = None
    resolution: Resolution | None = None
    comments: Annotated[list[InboundComment], Field(max_length=MOST_COMMENTS)] = []

    @model_validator(mode="after")
    def _says_something(self) -> Inbound:
        needed = {"create": self.fields, "update": self.fields, "transition": self.status, "comment": self.comments}
        what = self.type.removeprefix("work_order.")
        if what in needed and not needed[what]:
            part = {"create": "fields", "update": "fields", "transition": "status", "comment": "comments"}[what]
            raise ValueError(f"{self.type} needs {part}")
        if what != "comment" and self.external_version is None and self.updated_at is None:
            raise ValueError("say how new it is, by external_version or updated_at")
        return self

    def document(self) -> Document:
        """Return what it says."""
        return Document(
            self.external_id, self.external_version, self.updated_at, self.external_url, self.work_order_id, None,
            self.fields, self.status, self.reason, self.pending_on,
            None if self.resolution is None else self.resolution.model_dump(),
            tuple(Remark(each.id, each.body) for each in self.comments),
        )  # fmt: skip


class MappedStatus(_Body):
    """What one of the other system's statuses means."""

    status: External
    to: Annotated[str, StringConstraints(max_length=40)]
    pending_on: Annotated[str, StringConstraints(max_length=40)] | None = None
    resolution_code: Code | None = None

    def row(self) -> StatusRow:
        """Return it as the map works with it."""
        return StatusRow(self.to, self.pending_on, self.resolution_code)


class MappedField(_Body):
    """Where one of our fields comes from: a path into theirs, with a table of values or without, or a constant."""

    to: Annotated[str, StringConstraints(max_length=40)]
    path: Path = ""
    constant: Path = ""
    values: Annotated[dict[External, External], Field(max_length=200)] | None = None

    def row(self) -> FieldRow:
        """Return it as the map works with it."""
        return FieldRow(self.to, self.path, self.constant, self.values)


class OutWord(_Body):
    """What one of our words is in their system; empty: it is not told. ``|`` stands between names to choose from."""

    of: Literal["status", "priority"]
    ours: Annotated[str, StringConstraints(max_length=40)]
    theirs: Annotated[str, StringConstraints(max_length=200), AfterValidator(_visible)] = ""


class MapBody(_Body):
    """A connection's map; it is total, or refused (``map_not_total``).

    Without ``out_map`` a system that is told is told in the words that its kind begins with.
    """

    status_map: Annotated[list[MappedStatus], Field(max_length=200)]
    field_map: Annotated[list[MappedField], Field(max_length=20)]
    out_map: Annotated[list[OutWord], Field(max_length=50)] | None = None

    def map(self, version: int) -> Map:
        """Return it as a version that messages are read by."""
        rows = {each.status: each.row() for each in self.status_map}
        return Map(version, rows, tuple(each.row() for each in self.field_map), self._words())

    def _words(self) -> Words | None:
        if self.out_map is None:
            return None
        words = {what: {each.ours: each.theirs for each in self.out_map if each.of == what} for what in TOLD}
        return Words(words["status"], words["priority"])


class Reason(_Body):
    """Why, for the journal and for the other side."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00-\x1f]*$")] = ""


class DoorBody(_Body):
    """How messages come in: signed as the system signs, or without (then from some networks or certificates only).

    ``certificates``: of TLS clients, as PEM or SHA-256 fingerprints; where networks are named too, both must fit.
    Unsigned ones, and those of systems that are called by their own API, are hints: the system is asked.
    """

    adapter: Code = "native"
    signed: bool = True
    networks: Annotated[list[Annotated[str, StringConstraints(max_length=50)]], Field(max_length=50)] = []
    certificates: Annotated[list[Annotated[str, StringConstraints(max_length=10_000)]], Field(max_length=50)] = []
    ask_url: Address | None = None
    ask_secret: Annotated[str, StringConstraints(max_length=500, pattern=r"^[\x21-\x7e ]*$")] | None = None


class SecretBody(_Body):
    """Another secret that signs messages to the address: told if the system makes it itself, else left out."""

    signing_secret: (
        Annotated[str, StringConstraints(min_length=16, max_length=500, pattern=r"^[\x21-\x7e]+$")] | None
    ) = None


Setting = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_visible)]


class ConnectorBody(_Body):
    """A client's system that is read and told by its own API.

    ``secret``: what lets us in; left out, the one that is there stays, at the same address only. ``settings``: what
    stands in everything that we make there, and where it is made.
    """

    adapter: Code
    url: Address
    secret: Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^[\x21-\x7e ]+$")] | None = None
    tells: bool = True
    """Whether work orders are made and changed there; else it is only read."""
    takes_new: bool = False
    """Whether what is found there beside our own becomes a work order too."""
    every_minutes: Annotated[int, Field(ge=0, le=1440)] = 5
    """How often is looked for what its webhooks did not bring; 0: never."""
    settings: Annotated[dict[Setting, Setting], Field(max_length=30)] = {}


class Trial(_Body):
    """A message that is only tried: as a signed one would come, or as the system answers when it is asked."""

    payload: Annotated[dict[str, Any] | list[Any], AfterValidator(strictjson.whole)]
    map: MapBody | None = None


class MailBody(_Body):
    """How a connection goes by mail: to one address, whose answers are taken for so many days."""

    address: Annotated[str, StringConstraints(max_length=254, pattern=rf"^{_LOCAL}@{_DOMAIN}$")]
    senders: Annotated[list[Annotated[str, StringConstraints(max_length=253, pattern=rf"^{_DOMAIN}$")]],
                       Field(max_length=50)] = []  # fmt: skip
    locale: Literal["en", "zh_Hans", "zh_Hant"] = "en"
    days: Annotated[int, Field(ge=1, le=365)] = 90
    words: bool = False


class DropBody(_Body):
    """How a connection goes by files: a folder of the client's SFTP server for each way.

    ``secret``: a password, or a private key in OpenSSH's or PEM's form; none keeps the one that is there.
    """

    host: Annotated[str, StringConstraints(max_length=253, pattern=r"^[A-Za-z0-9.:-]+$")]
    port: Annotated[int, Field(ge=1, le=65535)] = 22
    login: Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$")]
    secret: Annotated[str, StringConstraints(max_length=10_000, pattern=r"^[^\x00]*$")] | None = None
    host_key: Annotated[
        str, StringConstraints(max_length=4000, pattern=r"^[a-z0-9@.-]+ [A-Za-z0-9+/=]+( [^\x00-\x1f]*)?$")
    ]
    out_folder: Annotated[str, StringConstraints(max_length=200, pattern=_FOLDER)] = "from-centre"
    in_folder: Annotated[str, StringConstraints(max_length=200, pattern=_FOLDER)] = "to-centre"
