"""The floors of the house: the contracts hold, and each of them would notice."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
FLOORS = "Floors: imports point down only"
ROOT = "Nobody imports the composition root"
APPLICATION = "Application speaks to no framework, database or network"
DOMAIN = "The domain knows the standard library only"

FORBIDDEN = [
    ("domain/money.py", "import application.product", FLOORS),
    ("domain/money.py", "import infrastructure.identity", FLOORS),
    ("application/paging.py", "import infrastructure.identity", FLOORS),
    ("application/paging.py", "import interfaces.http", FLOORS),
    ("interfaces/http/problems.py", "import infrastructure.identity", FLOORS),
    ("infrastructure/identity.py", "import interfaces.http", FLOORS),
    ("interfaces/http/problems.py", "import main", ROOT),
    ("infrastructure/identity.py", "import main", ROOT),
    ("application/paging.py", "import httpx", APPLICATION),
    ("application/paging.py", "import sqlalchemy.ext.asyncio", APPLICATION),
    ("application/paging.py", "import litestar", APPLICATION),
    ("domain/money.py", "import msgspec", DOMAIN),
    ("domain/money.py", "import sqlalchemy", DOMAIN),
]


def lint_imports(source: Path) -> subprocess.CompletedProcess[str]:
    """Judge a tree by the project's own contracts."""
    program = Path(sys.executable).with_name("lint-imports")
    command = [str(program), "--config", str(PROJECT / "pyproject.toml"), "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": str(source), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=source, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own linter


@pytest.fixture(scope="module")
def copied_source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The product's code, to be spoilt."""
    source = tmp_path_factory.mktemp("copy") / "src"
    shutil.copytree(PROJECT / "src", source, ignore=shutil.ignore_patterns("__pycache__", "static", "templates"))
    return source


def test_the_contracts_hold() -> None:
    judged = lint_imports(PROJECT / "src")
    assert judged.returncode == 0, judged.stdout
    for contract in (FLOORS, ROOT, APPLICATION, DOMAIN):
        assert f"{contract} KEPT" in judged.stdout


@pytest.mark.parametrize(("module", "line", "contract"), FORBIDDEN)
def test_a_forbidden_import_breaks_its_contract(
    copied_source: Path, module: str, line: str, contract: str
) -> None:
    spoilt = copied_source / module
    honest = spoilt.read_text()
    spoilt.write_text(f"{honest}\n{line}\n")
    try:
        judged = lint_imports(copied_source)
    finally:
        spoilt.write_text(honest)
    assert judged.returncode == 1
    assert f"{contract} BROKEN" in judged.stdout


def imported_by(floor: str) -> Iterator[tuple[str, str]]:
    """Each module of a floor with the top-level name of each thing that it imports."""
    for file in sorted((PROJECT / "src" / floor).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                yield from ((file.name, alias.name.partition(".")[0]) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{file} imports by a relative name"
                yield file.name, (node.module or "").partition(".")[0]


@pytest.mark.parametrize(
    ("floor", "welcome"), [("domain", {"domain"}), ("application", {"domain", "application", "msgspec"})]
)
def test_a_lower_floor_knows_the_standard_library_and_little_else(floor: str, welcome: set[str]) -> None:
    imports = set(imported_by(floor))
    assert imports
    assert not {(file, name) for file, name in imports if name not in sys.stdlib_module_names | welcome}


def test_the_composition_root_alone_knows_both_edges() -> None:
    knowing = {
        file.name
        for file in (PROJECT / "src").glob("*.py")
        if {"interfaces", "infrastructure"}
        <= {
            (node.module or "").partition(".")[0]
            for node in ast.walk(ast.parse(file.read_text()))
            if isinstance(node, ast.ImportFrom)
        }
    }
    assert knowing == {"main.py"}
