from __future__ import annotations

import stat
from pathlib import Path

import pytest

from kit.embedded.errors import FolderNotWritable
from kit.embedded.machine import free_port, kept_secret, port_is_free, processes_in, require_folder, write_private
from kit.embedded.redis import EmbeddedRedis


def test_a_free_port_is_free() -> None:
    assert port_is_free(free_port())


def test_a_folder_is_made_private(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    require_folder(folder)
    require_folder(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not list(folder.iterdir())


@pytest.mark.parametrize("folder", ["/proc/glassfloor", "in-the-way/below"])
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, folder: str) -> None:
    (tmp_path / "in-the-way").write_text("a file")
    with pytest.raises(FolderNotWritable, match=r"Cannot write to the folder .*Choose another folder"):
        require_folder(tmp_path / folder)


def test_a_secret_is_drawn_once_and_kept(tmp_path: Path) -> None:
    first = kept_secret(tmp_path / "one")
    assert kept_secret(tmp_path / "one") == first
    assert kept_secret(tmp_path / "two") != first
    assert len(first) >= 32


def test_a_private_file_is_replaced_whole(tmp_path: Path) -> None:
    file = tmp_path / "settings"
    file.write_text("old")
    file.chmod(0o644)
    write_private(file, "new")
    assert file.read_text() == "new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_a_servers_processes_are_found_by_program_and_folder(redis_server: EmbeddedRedis, tmp_path: Path) -> None:
    assert processes_in(redis_server.folder, "valkey-server") == [redis_server.pid]
    assert processes_in(redis_server.folder, "postgres") == []
    assert processes_in(tmp_path, "valkey-server") == []
