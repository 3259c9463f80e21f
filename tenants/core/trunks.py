"""Trunks in files: names that cannot meet, addresses that belong to one of them only, caller IDs that one owns. Pure.

A trunk that is known by its address says whose every call from there is. So an address belongs to one trunk, and a
network is small: nobody can claim the calls of others.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from tenants.core.complaints import Complaint, Content
from tenants.core.documents import pointer

SMALLEST_PREFIX = {4: 24, 6: 64}
"""A network of sources is no larger than this, by IP version."""
MOST = 20
_OWN = "t-"

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def engine_name(tenant_code: str, trunk_code: str) -> str:
    """Return a client's trunk as the phone engine knows it. No code has a dot, so no two clients' names can meet."""
    return f"{_OWN}{tenant_code}.{trunk_code}"


def code_of(name: str) -> str:
    """Return what the owner of a trunk calls it."""
    return name.partition(".")[2] if is_a_clients(name) else name


def is_a_clients(name: str) -> bool:
    """Whether a trunk's name is of the form that only clients' trunks have."""
    return name.startswith(_OWN) and "." in name


def host_of(address: str) -> str:
    """Return the host of ``host``, ``host:port`` or ``[v6]:port``, in small letters and without brackets."""
    if address.startswith("["):
        return address[1:].partition("]")[0].lower()
    return (address if address.count(":") > 1 else address.partition(":")[0]).lower()


def sources_of(trunk: Content) -> tuple[str, ...]:
    """Return by which addresses the calls of a trunk are known; none when they are known by a registration."""
    if trunk["known_by"] != "address":
        return ()
    hosts = (host_of(address) for address in (trunk["address"], *trunk["others"]))
    return tuple(dict.fromkeys(source.lower() for source in (trunk["sources"] or hosts)))


@dataclass(frozen=True, slots=True)
class Taken:
    """Addresses that others have: networks and names."""

    networks: tuple[Network, ...] = ()
    names: frozenset[str] = frozenset()

    @classmethod
    def of(cls, sources: Iterable[str]) -> Taken:
        """Take sources apart."""
        networks, names = [], set()
        for source in sources:
            network = _network(source)
            if network is None:
                names.add(source)
            else:
                networks.append(network)
        return cls(tuple(networks), frozenset(names))

    def has(self, source: str) -> bool:
        """Whether a source is one of these, or shares an address with one."""
        network = _network(source)
        if network is None:
            return source in self.names
        return any(network.version == each.version and network.overlaps(each) for each in self.networks)


def line_complaints(trunks: Sequence[Content], taken: AbstractSet[str]) -> Iterator[Complaint]:
    """Yield what is wrong with the trunks of one file. ``taken``: those of their sources that are not free."""
    if len(trunks) > MOST:
        yield Complaint("/trunks", f"there are at most {MOST} trunks")
    own: list[str] = []
    for index, trunk in enumerate(trunks):
        where = pointer("trunks", index)
        yield from _fits_together(trunk, where)
        for source in sources_of(trunk):
            yield from _source(source, where, source in taken or Taken.of(own).has(source))
        own += sources_of(trunk)


def centre_line_complaints(content: Content, taken: AbstractSet[str]) -> Iterator[Complaint]:
    """Yield what is wrong with the centre file's trunks."""
    phones = {f"o-{seat}" for seat in (*content["seats"], *content["desks"])}
    for index, trunk in enumerate(content["trunks"]):
        if trunk["name"] in phones or trunk["name"].removesuffix("-web") in phones:
            yield Complaint(pointer("trunks", index, "name"), "this is the name of a seat's phone")
    yield from line_complaints(content["trunks"], taken)


def caller_id_complaints(content: Content) -> Iterator[Complaint]:
    """Yield each caller ID that is no number of the client's own."""
    numbers = {number["number"] for number in content["numbers"]}
    places = [(pointer("tenant", "caller_id"), content["tenant"])]
    places += [(pointer("queues", index, "caller_id"), queue) for index, queue in enumerate(content["queues"])]
    for where, part in places:
        if part["caller_id"] is not None and part["caller_id"] not in numbers:
            yield Complaint(where, f"{part['caller_id']} is not one of this client's numbers")


def caller_ids_of(content: Content) -> dict[str, str]:
    """Return the caller IDs of stored content, of any age, by queue; that of no queue is the client's own."""
    chosen = [(queue["code"], queue.get("caller_id")) for queue in content["queues"]]
    return {code: number for code, number in (("", content["tenant"].get("caller_id")), *chosen) if number}


_NONE_OF_A_LOGIN = ("address", "others", "sources", "username", "realm", "register_s")
"""What a trunk does not have whose other end registers with us."""


def _fits_together(trunk: Content, where: str) -> Iterator[Complaint]:
    if trunk["known_by"] == "login":
        for key in _NONE_OF_A_LOGIN:
            if trunk[key]:
                yield Complaint(f"{where}/{key}", "it registers with us, under the line's own name: leave this empty")
    elif not trunk["address"]:
        yield Complaint(f"{where}/address", "where it leads is missing")
    if trunk["encrypted"] and trunk["transport"] != "tls":
        yield Complaint(f"{where}/encrypted", "the keys of SRTP travel in SIP: choose the transport tls")
    if trunk["register_s"] is not None and not trunk["username"]:
        yield Complaint(f"{where}/username", "to register a user name is needed")
    if trunk["known_by"] == "registration" and trunk["register_s"] is None:
        yield Complaint(f"{where}/register_s", "calls are known by a registration only where one registers")
    if len(set(trunk["codecs"])) != len(trunk["codecs"]):
        yield Complaint(f"{where}/codecs", "a codec stands twice")


def _source(source: str, where: str, taken: bool) -> Iterator[Complaint]:  # noqa: FBT001 - one of two words
    network = _network(source)
    if "/" in source and network is None:
        yield Complaint(f"{where}/sources", f"{source} is no network")
    elif network is not None and network.prefixlen < SMALLEST_PREFIX[network.version]:
        most = SMALLEST_PREFIX[network.version]
        yield Complaint(f"{where}/sources", f"{source} is too large: at most a /{most}")
    elif taken:
        yield Complaint(f"{where}/address", f"the address {source} is not free")


def _network(source: str) -> Network | None:
    """Return a source as a network; None for a name, which is compared as it is written."""
    try:
        return ipaddress.ip_network(source, strict=False)
    except ValueError:
        return None


def taken_by_others(trunks: Sequence[Content], others: Iterable[Content]) -> frozenset[str]:
    """Return those sources of trunks that are, or share an address with, a source of others' trunks."""
    taken = Taken.of(source for trunk in others for source in sources_of(trunk))
    return frozenset(source for trunk in trunks for source in sources_of(trunk) if taken.has(source))
