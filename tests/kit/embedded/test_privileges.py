from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.embedded import privileges
from kit.embedded.errors import EmbeddedServerError
from kit.embedded.postgres import EmbeddedPostgres
from kit.embedded.privileges import AS_NOBODY, IN_USER_NAMESPACE, NOBODY, Launcher, unprivileged

ROOT = os.geteuid() == 0


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may reach, unlike pytest's."""
    folder = Path(tempfile.mkdtemp(prefix="glassfloor-"))
    folder.chmod(0o755)
    yield folder / "pg"
    shutil.rmtree(folder)


@pytest.fixture
def fresh_choice() -> Iterator[None]:
    unprivileged.cache_clear()
    yield
    unprivileged.cache_clear()


def test_the_machine_is_asked_once_and_root_never_runs_the_server(postgres_server: EmbeddedPostgres) -> None:
    assert unprivileged() is unprivileged()
    status = Path(f"/proc/{postgres_server.pid}/status").read_text()
    effective = next(line for line in status.splitlines() if line.startswith("CapEff"))
    assert int(effective.split()[1], 16) == 0


def test_an_ordinary_user_needs_no_launcher(fresh_choice: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert unprivileged() == Launcher()


def test_without_user_namespaces_nobody_is_taken(fresh_choice: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(privileges, "_works", lambda command: command[0] == "setpriv")
    assert unprivileged() is AS_NOBODY


def test_without_either_the_error_says_what_to_do(fresh_choice: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(privileges, "_works", lambda _command: False)
    with pytest.raises(EmbeddedServerError, match="Run as an ordinary user"):
        unprivileged()


if ROOT:  # an ordinary user has no root to give away

    def test_the_fallback_runs_as_nobody_and_recovers_from_a_crash(open_folder: Path) -> None:
        server = EmbeddedPostgres(open_folder, launcher=AS_NOBODY)
        with server:
            assert Path(f"/proc/{server.pid}").stat().st_uid == NOBODY
            server.sql("CREATE TABLE kept (id int)")
            server.crash()
            server.start()
            assert server.sql("SELECT count(*) FROM kept") == "0"

    def test_a_folder_that_nobody_cannot_reach_is_refused_in_words(tmp_path: Path) -> None:
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o700)
        with pytest.raises(EmbeddedServerError, match="choose a folder whose parents all may enter"):
            EmbeddedPostgres(closed / "pg", launcher=AS_NOBODY).start()

    def test_in_a_user_namespace_no_file_changes_hands(tmp_path: Path) -> None:
        with EmbeddedPostgres(tmp_path / "pg", durable=False, launcher=IN_USER_NAMESPACE) as server:
            assert {path.stat().st_uid for path in server.folder.rglob("*")} == {0}
