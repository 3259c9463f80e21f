"""The only reader of the environment. Every setting has a meaning, a unit and a default, or is required by its user."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, BaseModel, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from kit.turn import Ice


class EngineAccess(BaseModel):
    """How one of several phone engines is reached; the fields are those of a single one."""

    url: str
    user: str = "glassfloor"
    password: SecretStr
    sip: str
    """Where the other engines reach it by SIP, ``host:port``."""
    cel: Path | None = None
    recordings: Path | None = None
    media_address: str = ""
    console: Path | None = None


class Settings(BaseSettings):
    """Settings of one process, from ``GF_*`` variables (and the three that everybody names the same)."""

    model_config = SettingsConfigDict(env_prefix="GF_", extra="ignore")

    app_dsn: SecretStr = SecretStr("")
    """Tenant plane, login ``gf_app``: web and engine."""
    worker_dsn: SecretStr = SecretStr("")
    """Tenant plane, login ``gf_worker``: jobs."""
    sealer_dsn: SecretStr = SecretStr("")
    """Tenant plane, login ``gf_sealer``: the hash chain."""
    control_dsn: SecretStr = SecretStr("")
    """Control plane, login ``gf_control``: tenants, people, seats, numbers, floors."""
    migrator_dsn: SecretStr = SecretStr("")
    """Deployment and `glassfloor mover` only; never in the environment of web, engine or worker."""
    database_url: SecretStr = Field(default=SecretStr(""), validation_alias=AliasChoices("DATABASE_URL"))
    """An external server's administrative address, used by ``demo`` and ``database prepare`` only."""
    redis_url: SecretStr = Field(default=SecretStr(""), validation_alias=AliasChoices("REDIS_URL", "GF_REDIS_URL"))
    """Redis protocol server: bells, live wake-ups, desk commands. Losing it loses no fact."""
    ari_url: str = Field(default="", validation_alias=AliasChoices("ARI_URL", "GF_ARI_URL"))
    """Asterisk's HTTP address, such as ``http://127.0.0.1:8088``; empty: the embedded engine or the simulator."""
    ari_name: str = Field(default="", validation_alias=AliasChoices("ARI_NAME", "GF_ARI_NAME"))
    """What that engine is called where people read of it, and in the centre file, which may limit it."""
    ari_user: str = Field(default="glassfloor", validation_alias=AliasChoices("ARI_USER", "GF_ARI_USER"))
    ari_password: SecretStr = Field(
        default=SecretStr(""), validation_alias=AliasChoices("ARI_PASSWORD", "GF_ARI_PASSWORD")
    )
    engines: dict[str, EngineAccess] = {}
    """Several phone engines behind one floor, by name, as JSON: :class:`EngineAccess`; instead of ``ARI_URL``."""
    cel_path: Path | None = None
    """Asterisk's CEL file, when it lies on this machine: true times of hang-ups in a gap."""

    engine_recordings: Path | None = None
    """Asterisk's ``spool/recording``, when it lies on this machine."""
    ari_console: Path | None = None
    """Asterisk's control socket (``asterisk.ctl``), when it lies on this machine: registrations, memory."""
    media_address: str = ""
    """Where the engine binds the audio of trunks and SIP phones; empty: all addresses."""

    metrics_port: int = 0
    """Where the process of a floor tells its figures to Prometheus, on ``metrics_host``; 0: nowhere."""
    metrics_host: str = "127.0.0.1"

    web_metrics_port: int = 0
    """Where a web process tells the figures of its live feeds to Prometheus, on ``metrics_host``; 0: nowhere."""
    feed_max_age_s: int = Field(default=3600, ge=1, le=86_400)
    """How long a socket of a live board lives at most, in seconds; the page then opens another, unseen."""

    context_key: SecretStr = SecretStr("")
    """Hex of the 32 bytes that sign tenant contexts (guard.key)."""
    context_kid: int = 1
    signing_key: SecretStr = SecretStr("")
    """Hex of the 32 secret bytes (Ed25519) that sign what clients check without us: probe results, journal heads."""
    master_key: SecretStr = SecretStr("")
    """Hex of the 32 bytes that wrap secrets at rest: second factors, databases' addresses, tenants' keys."""

    recordings_bucket: str = ""
    """Where recordings are kept: a bucket, or ``bucket/prefix``, of a store that speaks S3; empty: the data folder."""
    s3_endpoint: str = ""
    """The store's address, ``https://host``; empty: Amazon's own of the region."""
    s3_region: str = "us-east-1"
    s3_key_id: str = ""
    s3_secret: SecretStr = SecretStr("")

    attachment_mb: int = Field(default=25, ge=1, le=100)
    """How many MiB a file on a work order may have."""
    clamd: str = ""
    """ClamAV's daemon that looks into them, ``unix:/path`` or ``tcp://host:port``; empty: our own scanner alone."""

    phones: Literal["asterisk", "simulator"] = "asterisk"
    simulator_port: int = 0
    """Where the simulated network listens for outside phones (loopback); 0: nowhere."""
    floor: str = "main"
    """The floor that this engine process owns."""
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = "http://127.0.0.1:8000"
    phone_ws_url: str = ""
    """Where browser phones connect (SIP over WebSocket)."""
    stun_urls: list[str] = []
    """STUN servers for browser phones, as JSON: ``["stun:stun.example:3478"]``."""
    turn_urls: list[str] = []
    """TURN servers for them, as JSON: ``["turn:turn.example:3478?transport=udp"]``; they share ``turn_secret``."""
    turn_secret: SecretStr = SecretStr("")
    """What the TURN servers check credentials by (coturn's ``static-auth-secret``)."""
    turn_hours: int = Field(default=12, ge=1, le=48)
    """How long credentials for TURN are good, in hours; no call through TURN can be longer."""
    turn_only: bool = False
    """Browser phones use TURN only, and tell nobody their own addresses."""
    sip_address: str = ""
    """Where SIP phones register, ``host:port``; shown to people."""
    data_folder: Path = Path(".glassfloor")
    """Recordings, prompts, spool and logs."""
    keys_folder: Path | None = None
    """The clients' keys, one file each, in no database and in no backup of one; none: ``keys`` in the data folder."""
    phone_engine_home: Path | None = Field(default=None, validation_alias=AliasChoices("GLASSFLOOR_PHONE_ENGINE"))
    """Where ``scripts/phone-engine install`` unpacked Asterisk; none: in the demo's folder."""
    speech_command: str = ""
    """Command line of the speech synthesiser (espeak-ng), as a shell would split it."""
    allow_private_webhooks: bool = False
    """Let webhooks go to private and loopback addresses and plain http: the demo's and tests' receivers live there."""
    allow_private_idps: bool = False
    """The same for clients' own sign-in services (OpenID Connect)."""
    rate_read_per_minute: int = Field(default=1200, ge=1, le=1_000_000)
    """How often one credential may read in a minute; a tenant's own number goes before (``glassfloor limits``)."""
    rate_write_per_minute: int = Field(default=300, ge=1, le=1_000_000)
    """The same for what changes something."""
    rate_expensive_per_minute: int = Field(default=60, ge=1, le=1_000_000)
    """The same for recordings, reports, exports and the probe."""
    sign_in_tries_per_address: int = Field(default=60, ge=1, le=1_000_000)
    """How often people behind one network address may try to sign in at once; afterwards one try in two seconds."""
    smtp_url: SecretStr = SecretStr("")
    """Where mail goes: ``smtps://user:password@host``, or ``smtp://`` (STARTTLS, unless the host is this machine).

    Empty: no mail; links are then shown once to whoever makes them.
    """
    mail_from: str = ""
    """The sender's address of our mail, such as ``Glassfloor <door@centre.example>``."""
    mail_listen: str = ""
    """Where the worker takes answers to mails about work orders, ``host:port`` (SMTP, from a relay); empty: nowhere."""
    mail_domain: str = ""
    """The domain of the addresses that they go to: all its mail is for us, its relay leads to ``mail_listen``."""
    mail_networks: list[str] = ["127.0.0.0/8", "::1/128"]
    """Whom it talks to, as JSON: the relay's addresses."""
    mail_authserv: str = ""
    """The name under which the relay writes whether the sender is genuine (``Authentication-Results``, RFC 8601).

    With it, a mail that did not pass is refused; empty: the signed address is the only proof.
    """
    mail_mb: int = Field(default=25, ge=1, le=100)
    """How many MiB a mail may have, as it is sent."""
    erase_wait_hours: int = Field(default=72, ge=0, le=8760)
    """So long the erasure of a client that two people decided about can still be stopped."""
    client_certificates: bool = False
    """The proxy in front asks clients for certificates and hands them on in ``Client-Cert`` (RFC 9440).

    It must take away whatever a client sends under that name: who speaks to us directly could write it.
    """
    secure_cookies: bool = True
    """Cookies only over https; the demo on http://127.0.0.1 turns it off."""

    @property
    def ice(self) -> Ice:
        """How browser phones find a path for their sound."""
        life, secret = timedelta(hours=self.turn_hours), self.turn_secret.get_secret_value()
        return Ice(tuple(self.stun_urls), tuple(self.turn_urls), secret, life, self.turn_only)

    @property
    def rate_limits(self) -> dict[str, int]:
        """Requests a minute for one credential, by class of routes."""
        return {
            "read": self.rate_read_per_minute,
            "write": self.rate_write_per_minute,
            "expensive": self.rate_expensive_per_minute,
        }

    @property
    def recordings_folder(self) -> Path:
        """Where recordings and messages are kept."""
        return self.data_folder / "recordings"

    @property
    def tenant_keys_folder(self) -> Path:
        """Where the clients' keys are kept."""
        return self.keys_folder or self.data_folder / "keys"


def child_environment(changes: Mapping[str, str]) -> dict[str, str]:
    """Return the whole environment for a child process: ours without any setting of Glassfloor, then ``changes``."""
    ours = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("GF_")
        and key not in {"DATABASE_URL", "REDIS_URL", "ARI_URL", "ARI_NAME", "ARI_USER", "ARI_PASSWORD"}
    }
    return {**ours, **changes}


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Return this process's settings, read once."""
    return Settings()
