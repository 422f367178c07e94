"""Temporary folders, and those that killed processes leave behind."""

from __future__ import annotations

import os
import platform
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from voicecoach.temporary import HeldFolder, remove_abandoned_folders
from voicecoach.voices.clip_cache import ClipCache, cache_key

KILLED = """
import os, signal, sys
from pathlib import Path
from voicecoach.temporary import HeldFolder
held = HeldFolder(Path(sys.argv[1]))
(Path(held.name) / "speech.wav").write_text("sound")
(Path(held.name) / "inner").mkdir()
os.kill(os.getpid(), signal.SIGKILL)
"""


def leave_behind(parent: Path) -> Path:
    """Have a process killed that has a folder; return that folder."""
    before = set(parent.iterdir())
    killed = subprocess.run([sys.executable, "-c", KILLED, str(parent)], check=False)
    assert killed.returncode == -signal.SIGKILL
    (folder,) = set(parent.iterdir()) - before
    assert (folder / "speech.wav").exists()
    return folder


def test_folder_is_private_and_removed(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with HeldFolder(tmp_path) as name:
            assert stat.S_IMODE(Path(name).stat().st_mode) == 0o700
            (Path(name) / "file").touch()
    finally:
        os.umask(before)
    assert [*tmp_path.iterdir()] == []


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such locks")
def test_folder_of_killed_process_is_removed(tmp_path: Path) -> None:
    leave_behind(tmp_path)
    with HeldFolder(tmp_path) as running:
        remove_abandoned_folders(tmp_path)
        assert [*tmp_path.iterdir()] == [Path(running)]


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such locks")
def test_doubtful_folders_are_left_alone(tmp_path: Path) -> None:
    """Links, other names, folders without our lock file, and what another process in a container of our name holds."""
    abandoned = leave_behind(tmp_path)
    process = abandoned.name.rsplit("-", 2)[1]
    (victim := tmp_path / "victim").mkdir()
    (victim / ".held").touch()
    start = f"voicecoach-{platform.node()}"
    (tmp_path / f"{start}-{process}-link").symlink_to(victim)
    (tmp_path / f"{start}-{process}-file").write_text("mine")
    for name in (f"{start}-{process}-bare", f"{start}-{process}-linked", f"{start}-{process}-piped", f"{start}-x-y"):
        (tmp_path / name).mkdir()
    (tmp_path / f"{start}-{process}-linked" / ".held").symlink_to(victim / ".held")
    os.mkfifo(tmp_path / f"{start}-{process}-piped" / ".held")
    (tmp_path / f"{start}-x-y" / ".held").touch()
    kept = sorted(path.name for path in tmp_path.iterdir() if path != abandoned)
    remove_abandoned_folders(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == kept
    assert (victim / ".held").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such owners")
def test_folder_of_another_user_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    abandoned = leave_behind(tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    remove_abandoned_folders(tmp_path)
    assert abandoned.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such locks")
def test_new_speech_cleans_up_after_killed_player(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICECOACH_CACHE", str(tmp_path / "cache"))
    (temporary := tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    leave_behind(temporary)
    cache = ClipCache()
    cache.write(cache_key("hello"), b"ab")
    cache.close()
    assert [*temporary.iterdir()] == []
