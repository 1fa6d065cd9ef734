"""Python programs run as processes of their own, to be killed by the tests."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path


@contextlib.contextmanager
def running(source: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Run `source`; its output is a pipe. It is killed in the end."""
    argv = [sys.executable, "-u", "-c", source, *map(str, arguments)]
    with subprocess.Popen(  # noqa: S603 - the tests' own source
        argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def next_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def remaining_output(process: subprocess.Popen[str]) -> str:
    """All that is still to come; at the end every process that shares the output has ended."""
    assert process.stdout is not None
    return process.stdout.read()


def wait_until(condition: Callable[[], bool], timeout_s: float = 20.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true in time"
        time.sleep(0.02)


def is_gone(pid: int) -> bool:
    """Whether the process has ended, be it that its parent has not noticed yet."""
    try:
        os.kill(pid, 0)
        return ") Z " in Path(f"/proc/{pid}/stat").read_text()
    except ProcessLookupError:
        return True
    except FileNotFoundError:  # gone in between, or a system without /proc
        return False
