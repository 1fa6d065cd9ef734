import os
from pathlib import Path

import pytest

from infrastructure.embedded.home import Home, HomeInUseError, HomeUnusableError

from .programs import next_line, running

_OWNER = """
import sys, time
from pathlib import Path
from infrastructure.embedded.home import Home
with Home(Path(sys.argv[1])).locked():
    print("locked")
    time.sleep(600)
"""


def test_a_second_process_is_refused_and_told_who_runs(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with running(_OWNER, home.path) as owner:
        assert next_line(owner) == "locked"
        refusal = rf"already runs with this data folder \(pid {owner.pid}\)"
        with pytest.raises(HomeInUseError, match=refusal), home.locked():
            pytest.fail("two processes hold the lock")


def test_the_lock_is_free_again_when_its_holder_is_killed(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with running(_OWNER, home.path) as owner:
        assert next_line(owner) == "locked"
        owner.kill()
        owner.wait()
        with home.locked():
            assert (home.path / "imoran.lock").read_text() == str(os.getpid())


def test_a_secret_is_made_once_and_readable_for_us_only(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with home.locked():
        first = home.secret_key()
        assert len(first) >= 64
        assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    with Home(tmp_path).locked():
        assert Home(tmp_path).secret_key() == first


def test_two_homes_have_different_secrets(tmp_path: Path) -> None:
    one, two = Home(tmp_path / "one"), Home(tmp_path / "two")
    with one.locked(), two.locked():
        assert one.secret_key() != two.secret_key()


def test_sub_folders_are_private(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with home.locked():
        assert home.folder("media").stat().st_mode & 0o777 == 0o700
        assert home.folder("media") == tmp_path / "home/media"


def test_starting_over_removes_data_and_secrets_but_follows_no_link(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").touch()
    home = Home(tmp_path / "home")
    with home.locked():
        (home.folder("postgres") / "data").touch()
        (home.path / "link").symlink_to(outside)
        before = home.secret_key()
        home.fresh()
        assert [entry.name for entry in home.path.iterdir()] == ["imoran.lock"]
        assert home.secret_key() != before
    assert (outside / "precious").exists()


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").touch()
    with pytest.raises(HomeUnusableError, match="holds other files"), Home(tmp_path).locked():
        pytest.fail("took somebody's documents for a data folder")
