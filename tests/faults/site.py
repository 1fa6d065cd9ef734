"""The product as processes that can each be killed: two web servers, two workers, PostgreSQL, Valkey.

Only the sandbox lives through everything: it stands for Paystack.
"""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from infrastructure.embedded.ports import free_port
from infrastructure.embedded.postgres import EmbeddedPostgres
from infrastructure.embedded.server import EmbeddedServer
from infrastructure.embedded.valkey import EmbeddedValkey
from infrastructure.postgres.migrations import migrate
from tests.e2e.site import Site, site_environment, wait_until_ready
from tests.memory_disk import quick_folder

WEBS = ("web-1", "web-2")
WORKERS = ("worker-1", "worker-2")
POSTGRES = "postgres"
VALKEY = "valkey"
EVERYTHING = (*WEBS, *WORKERS, POSTGRES, VALKEY)


@dataclass
class Outage:
    """When somebody was away, by the clock of `time.monotonic`; until now, if they are not back."""

    name: str
    since: float
    until: float | None = None


@dataclass
class FaultSite:
    """Kill and bring back by name. Everything here blocks: call it in a thread while clients are about."""

    site: Site
    ports: dict[str, int]
    servers: dict[str, EmbeddedServer]
    outages: list[Outage] = field(default_factory=list)

    @property
    def database_url(self) -> str:
        """Where the truth is."""
        return self.site.environment["DATABASE_URL"]

    @property
    def paystack_url(self) -> str:
        """Where the sandbox is."""
        return self.site.paystack_url

    @property
    def urls(self) -> list[str]:
        """Both web servers."""
        return [f"http://127.0.0.1:{self.ports[name]}" for name in WEBS]

    def kill(self, name: str) -> None:
        """kill -9 of all its processes."""
        self.outages.append(Outage(name, time.monotonic()))
        if name in self.servers:
            _kill_tree(self.servers[name].pid)
            self.servers[name].stop()
        else:
            self.site.kill(name)

    def revive(self, name: str, *, traps: str = "") -> None:
        """Start it again on what it left behind, and wait until it does its work.

        `traps` is FAULT_POINTS; whoever has traps may be dead before anybody sees that it is ready.
        """
        if name in self.servers:
            self.servers[name].start()
        else:
            self._start(name, traps)
        for outage in self.outages:
            if outage.name == name and outage.until is None:
                outage.until = time.monotonic()

    def pids_of(self, name: str) -> set[int]:
        """The process of ours, and those that it has started and that live."""
        pid = self.site.processes[name].pid
        return {pid, *_children_of(pid)}

    def log_since(self, position: int) -> str:
        """What all processes wrote after so many bytes."""
        with self.site.log.open("rb") as log:
            log.seek(position)
            return log.read().decode(errors="replace")

    @property
    def log_length(self) -> int:
        """In bytes."""
        return self.site.log.stat().st_size

    def _start(self, name: str, traps: str) -> None:
        kind = name.split("-")[0]
        settings = {"FAULT_POINTS": traps}
        if kind == "web":
            settings["PORT"] = str(self.ports[name])
        self.site.start(name, command=("-m", "main", kind), settings=settings)
        if kind == "web" and not traps and self.outage_of(POSTGRES) is None:
            wait_until_ready(f"http://127.0.0.1:{self.ports[name]}/readyz", self.site.log)

    def outage_of(self, name: str) -> Outage | None:
        """The present one."""
        return next((outage for outage in self.outages if outage.name == name and outage.until is None), None)


@contextmanager
def running_fault_site(**settings: str) -> Iterator[FaultSite]:
    """All of it, on servers of its own whose data survives a crash, until the end of the block."""
    folder = quick_folder()
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        postgres = stack.enter_context(EmbeddedPostgres(folder / "postgres", durable=True))
        valkey = stack.enter_context(EmbeddedValkey(folder / "valkey", durable=True))
        with ThreadPoolExecutor(1) as thread:  # the caller's event loop may be running
            thread.submit(migrate, postgres.url).result()
        environment = site_environment(postgres.url, valkey.url, folder, **settings)
        site = Site(environment, folder / "site.log")
        stack.callback(site.stop)
        ports = {"web-1": int(environment["PORT"]), "web-2": free_port(0)}
        fault_site = FaultSite(site, ports, {POSTGRES: postgres, VALKEY: valkey})
        site.start("sandbox", f"{site.paystack_url}/")
        for name in (*WORKERS, *WEBS):
            fault_site.revive(name)
        yield fault_site


def _kill_tree(pid: int) -> None:
    """The process first, so that it starts no other ones; those that it had are not in its group."""
    children = _children_of(pid)
    for victim in (pid, *children):
        with suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
    while any(_is_alive(child) for child in children):
        time.sleep(0.01)


def _children_of(pid: int) -> list[int]:
    children: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):
            children += map(int, task.read_text().split())
    return children


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
