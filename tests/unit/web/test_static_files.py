"""The files that browsers get: what they are, and that they are what was fetched."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path

import brotli
import pytest

from interfaces.web import static_files
from interfaces.web.pages import TEMPLATES
from interfaces.web.static_files import BUNDLES, FOLDER, address_of, all_files

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


def test_the_packed_forms_are_the_same_content() -> None:
    for name, file in all_files().items():
        for encoding, unpack in (("br", brotli.decompress), ("gzip", gzip.decompress)):
            assert encoding not in file.packed or unpack(file.packed[encoding]) == file.content, name


@pytest.mark.parametrize("bundle", BUNDLES)
def test_a_bundle_is_its_parts_one_after_the_other(bundle: str) -> None:
    content = all_files()[bundle].content
    places = [content.index((FOLDER / part).read_bytes()[100:2000]) for part in BUNDLES[bundle]]
    assert places == sorted(places)
    assert b"sourceMappingURL" not in content


def test_what_was_packed_before_is_read_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(static_files, "KEPT", tmp_path / "kept")
    content = b"a { color: red }" * 100
    packed = static_files._brotli(content, "0123")
    assert brotli.decompress(packed) == content
    monkeypatch.setattr(brotli, "compress", None)
    assert static_files._brotli(content, "0123") == packed


def test_a_folder_that_cannot_be_written_costs_only_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setattr(static_files, "KEPT", tmp_path / "file")
    assert brotli.decompress(static_files._brotli(b"a" * 1000, "0123")) == b"a" * 1000


@pytest.mark.parametrize(("name", "limit"), [("app.css", 6_000), ("app.js", 8_000)])
def test_our_own_files_stay_small(name: str, limit: int) -> None:
    assert len(all_files()[name].packed["br"]) < limit


def test_the_sprite_holds_the_icons_that_pages_use_and_no_others() -> None:
    sources = "".join(path.read_text() for path in [*TEMPLATES.rglob("*.html"), *TEMPLATES.parent.rglob("*.py")])
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (VENDOR / "icons/icons.svg").read_text()))
    assert {name for name in drawn if f'"{name}"' not in sources and f"'{name}'" not in sources} == set()
    assert set(re.findall(r"""\bicon\(["']([\w-]+)["']""", sources)) <= drawn


def test_scripts_of_ours_run_no_text_as_code_or_markup() -> None:
    script = (FOLDER / "app.js").read_text()
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "document.write", "html:"):
        assert word not in script
