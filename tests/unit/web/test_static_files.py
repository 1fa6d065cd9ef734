"""The files that browsers get: what they are, and that they are what was fetched."""

from __future__ import annotations

import gzip
import hashlib
import json

import pytest

from interfaces.web.static_files import FOLDER, address_of, all_files

VENDOR = FOLDER / "vendor"
LOCK = json.loads((VENDOR / "vendor.lock.json").read_text())
LOCKED = {name: digest for entry in LOCK for name, digest in entry["files"].items()}


@pytest.mark.parametrize("name", sorted(LOCKED))
def test_a_vendored_file_is_what_was_fetched(name: str) -> None:
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == LOCKED[name]


def test_every_vendored_file_is_in_the_lock() -> None:
    present = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert present - {"vendor.lock.json"} == set(LOCKED)


def test_every_package_comes_with_its_licence() -> None:
    for entry in LOCK:
        assert any(name.endswith("LICENSE") for name in entry["files"]), entry["package"]


@pytest.mark.parametrize("word", ["navigator.language", "location.host", 'createElement("audio")', "localStorage"])
def test_the_toasts_do_not_act_up_for_some_visitors(word: str) -> None:
    assert word not in (VENDOR / "sweetalert2/sweetalert2.min.js").read_text()


def test_an_address_changes_with_the_content() -> None:
    digest = hashlib.sha256((FOLDER / "app.css").read_bytes()).hexdigest()
    assert address_of("app.css") == f"/static/{digest[:16]}/app.css"


def test_the_packed_form_is_the_same_content() -> None:
    for name, file in all_files().items():
        assert not file.packed or gzip.decompress(file.packed) == file.content, name


@pytest.mark.parametrize(("name", "limit"), [("app.css", 6_000), ("app.js", 8_000)])
def test_our_own_files_stay_small(name: str, limit: int) -> None:
    assert len(all_files()[name].packed) < limit


def test_scripts_of_ours_run_no_text_as_code_or_markup() -> None:
    script = (FOLDER / "app.js").read_text()
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "document.write", "html:"):
        assert word not in script
