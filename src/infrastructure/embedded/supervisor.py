"""Runs the parts of the product together in one terminal, and ends them together."""

import contextlib
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import FrameType
from typing import Protocol

from infrastructure.embedded.child_process import ChildProcess

_POLL_S = 0.05
# A terminal, `make` and `timeout` may each pass on the same Ctrl-C; a person needs longer for a second one.
_SAME_KEYPRESS_S = 0.5


@dataclass(frozen=True, kw_only=True)
class Command:
    """A part to start: a program with its arguments and its whole environment (default: ours).

    The next part starts when `is_ready` says so; it is asked again and again, and must answer quickly itself.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] | None = None
    is_ready: Callable[[], bool] | None = None
    ready_within_s: float = 30.0
    grace_s: float = 10.0


class Part(Protocol):
    """What the supervisor watches: something that runs and ought not to end by itself."""

    name: str

    def poll(self) -> int | None:
        """The exit status; None while it runs."""
        ...


class PartFailedError(RuntimeError):
    """A part has ended unasked or has not become ready."""


class _StopAskedError(Exception):
    """Somebody wants all of it to end."""


class Supervisor:
    """Starts `commands` in order and ends all of them, last first, as soon as one ends or somebody asks.

    `services` run already and belong to the caller: their end, too, ends the commands; stopping them is left
    to the caller. Only usable from the main thread, which is where signals arrive.
    """

    def __init__(
        self,
        commands: Sequence[Command],
        *,
        services: Sequence[Part] = (),
        say: Callable[[str], None] | None = None,
    ) -> None:
        """`say` gets the few lines meant for people (default: standard error)."""
        self._commands = commands
        self._services = services
        self._say = say or _to_standard_error
        self._children: list[ChildProcess] = []
        self._asked_at: float | None = None

    def run(self, when_ready: Callable[[], None] = lambda: None) -> int:
        """Return when everything has ended: 0 if somebody asked for it, 1 if a part failed.

        Asking is done by Ctrl-C, SIGTERM or SIGHUP; a second Ctrl-C does not wait for anybody.
        """
        with self._signals_noted():
            try:
                for command in self._commands:
                    self._start(command)
                when_ready()
                while True:
                    self._pause()
            except _StopAskedError:
                return 0
            except PartFailedError as failure:
                self._say(str(failure))
                return 1
            finally:
                self._stop_all()

    def _start(self, command: Command) -> None:
        self._check()
        try:
            child = ChildProcess(command.name, command.argv, env=command.env, grace_s=command.grace_s)
        except OSError as error:
            msg = f"{command.name} could not be started: {error}"
            raise PartFailedError(msg) from error
        self._children.append(child)
        if command.is_ready is not None:
            self._await(command, command.is_ready)

    def _await(self, command: Command, is_ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + command.ready_within_s
        while not is_ready():
            self._pause()
            if time.monotonic() > deadline:
                msg = f"{command.name} was not ready within {command.ready_within_s:g} s"
                raise PartFailedError(msg)

    def _pause(self) -> None:
        self._check()
        time.sleep(_POLL_S)

    def _check(self) -> None:
        if self._asked_at is not None:
            raise _StopAskedError
        parts: list[Part] = [*self._services, *self._children]
        for part in parts:
            status = part.poll()
            if status is not None:
                msg = f"{part.name} {_describe(status)}; stopping everything else"
                raise PartFailedError(msg)

    def _stop_all(self) -> None:
        for child in reversed(self._children):
            child.stop()

    @contextlib.contextmanager
    def _signals_noted(self) -> Iterator[None]:
        numbers = [signal.SIGINT, signal.SIGTERM]
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # as it is under nohup
            numbers.append(signal.SIGHUP)
        before = {number: signal.getsignal(number) for number in numbers}
        try:
            for number in before:
                signal.signal(number, self._note)
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if self._asked_at is None:
            self._asked_at = now
        elif number == signal.SIGINT and now - self._asked_at > _SAME_KEYPRESS_S:
            for child in self._children:
                child.kill()


def _describe(status: int) -> str:
    if status < 0:
        return f"was ended by {signal.Signals(-status).name}"
    return f"ended with status {status}"


def _to_standard_error(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
