"""The product as real processes: sandbox, worker and web server on a database of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from infrastructure.embedded.ports import free_port

START_WITHIN_S = 90
STOP_WITHIN_S = 60


@dataclass
class Site:
    """Addresses and processes. `environment` is what every process gets."""

    environment: dict[str, str]
    log: Path
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where the product is."""
        return self.environment["PUBLIC_URL"]

    @property
    def paystack_url(self) -> str:
        """Where the sandbox is."""
        return self.environment["PAYSTACK_BASE_URL"]

    def start(
        self,
        name: str,
        ready_at: str | None = None,
        *,
        command: tuple[str, ...] = (),
        settings: dict[str, str] | None = None,
    ) -> None:
        """Start `imoran NAME`, or the other command for it, and wait until it answers.

        `settings` are its own, beside those that every process gets.
        """
        with self.log.open("ab") as log:
            self.processes[name] = subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, *(command or ("-m", "main", name))],
                env=os.environ | self.environment | (settings or {}),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if ready_at:
            wait_until_ready(ready_at, self.log)

    def start_web(self, *, command: tuple[str, ...] = ()) -> None:
        """Start the web server."""
        self.start("web", f"{self.url}/readyz", command=command)

    def kill(self, name: str) -> None:
        """kill -9 of a process and everything that it started."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(STOP_WITHIN_S)

    def stop(self) -> None:
        """Ask everything to end."""
        for process in reversed(self.processes.values()):
            process.terminate()
        for process in self.processes.values():
            process.wait(STOP_WITHIN_S)


def wait_until_ready(url: str, log: Path) -> None:
    """Until the address answers well."""
    deadline = time.monotonic() + START_WITHIN_S
    while time.monotonic() < deadline:
        try:
            if httpx.get(url, trust_env=False, timeout=2).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise TimeoutError(f"{url}\n{log.read_text(errors='replace')[-4000:]}")


@contextmanager
def running_site(database_url: str, redis_url: str, folder: Path, **settings: str) -> Iterator[Site]:
    """Sandbox, worker and web server, until the end of the block."""
    site = Site(site_environment(database_url, redis_url, folder, **settings), folder / "site.log")
    try:
        site.start("sandbox", f"{site.paystack_url}/")
        site.start("worker")
        site.start_web()
        yield site
    finally:
        site.stop()


def site_environment(database_url: str, redis_url: str, folder: Path, **settings: str) -> dict[str, str]:
    """What every process of a site gets: the addresses, and periods that are short enough for tests."""
    port, paystack_port = free_port(0), free_port(0)
    return {
        "ENVIRONMENT": "development",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": "a secret of the tests, long enough to be one",
        "PAYSTACK_SECRET_KEY": "sk_test_of_the_site",
        "PAYSTACK_PUBLIC_KEY": "pk_test_of_the_site",
        "PAYSTACK_BASE_URL": f"http://127.0.0.1:{paystack_port}",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
        "MEDIA_URL": f"file://{folder}/media",
        "SANDBOX_DATABASE": str(folder / "sandbox.sqlite3"),
        "RECONCILE_EVERY_SECONDS": "1",
        "RECONCILE_AFTER_SECONDS": "1",
        "LOG_LEVEL": "WARNING",
    } | settings
