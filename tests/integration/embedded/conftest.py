import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path open to PostgreSQL's own account, which pytest's `tmp_path` is not."""
    path = Path(tempfile.mkdtemp(prefix="imoran-test-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)
