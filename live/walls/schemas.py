"""What a screen on a wall or a tile in a page shall look like, as a person or a form says it."""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from live.core.key_figures import FIGURES

PageName = Literal["figures", "queues", "seats", "tallies"]
Theme = Literal["dark", "light"]
MOST_ORIGINS = 10
_LOOPBACK = frozenset({"localhost", "127.0.0.1"})


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("there is no such time zone")
    return ZoneInfo(name).key


def _origin(text: str) -> str:
    """Return a web origin (RFC 6454) in its one spelling; only a machine's own may do without TLS."""
    parts = urlsplit(text)
    host = parts.hostname or ""
    if parts.scheme not in {"https", "http"} or parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise ValueError("an origin is https://host or https://host:port")
    if parts.username or parts.password or not host or not all(c.isalnum() or c in ".-" for c in host):
        raise ValueError("an origin is https://host or https://host:port")
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise ValueError("an origin begins with https")
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{host.encode('idna').decode()}{port}"


def _figure(name: str) -> str:
    if name not in FIGURES:
        raise ValueError("there is no such figure")
    return name


_T = TypeVar("_T")


def _once(values: list[_T]) -> list[_T]:
    if len(set(values)) != len(values):
        raise ValueError("each only once")
    return values


Figures = Annotated[
    list[Annotated[str, AfterValidator(_figure)]],
    Field(min_length=1, max_length=len(FIGURES)),
    AfterValidator(_once),
]


class Look(BaseModel):
    """What is common to screens and tiles."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    figures: Figures
    theme: Theme = "dark"
    locale: Literal["en", "zh_Hans", "zh_Hant"] = "en"
    zone: Annotated[str, Field(max_length=60), AfterValidator(_known_zone)]


class ScreenLook(Look):
    """A screen: ``pages`` in their order, ``seconds`` for each; ``scale`` in percent, or 0: as the screen is.

    Red: a queue whose longest wait is over ``red_wait_s`` or whose service level of today is below ``red_level_pct``.
    """

    pages: Annotated[list[PageName], Field(min_length=1, max_length=4), AfterValidator(_once)]
    seconds: Annotated[int, Field(ge=5, le=600)] = 15
    scale: Literal[0, 75, 100, 150, 200, 300] = 0
    red_wait_s: Annotated[int, Field(ge=1, le=86_400)] = 120
    red_level_pct: Annotated[int, Field(ge=1, le=100)] = 60


class TileLook(Look):
    """A tile: ``origins`` may frame it, and nobody else."""

    origins: Annotated[
        list[Annotated[str, Field(max_length=200), AfterValidator(_origin)]],
        Field(min_length=1, max_length=MOST_ORIGINS), AfterValidator(_once),
    ]  # fmt: skip
    columns: Annotated[int, Field(ge=1, le=6)] = 3

    @model_validator(mode="after")
    def _few(self) -> TileLook:
        if len(self.figures) > 8:  # noqa: PLR2004 - said here
            raise ValueError("a tile shows at most eight figures")
        return self


LOOKS: dict[str, type[ScreenLook | TileLook]] = {"screen": ScreenLook, "tile": TileLook}
"""By the kind of view."""
