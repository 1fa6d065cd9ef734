"""`imoran dev`: everything on one machine, in one terminal, with nothing to set up.

Each embedded part steps aside when its address is given in the environment.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path

from infrastructure.demo.demo_data import DemoAccounts
from infrastructure.embedded.home import Home, HomeUnusableError
from infrastructure.embedded.ports import free_port
from infrastructure.embedded.postgres import EmbeddedPostgres
from infrastructure.embedded.readiness import answers_http
from infrastructure.embedded.server import ServerFailedError
from infrastructure.embedded.supervisor import Command, Part, Supervisor
from infrastructure.embedded.valkey import EmbeddedValkey
from infrastructure.postgres.migrations import migrate
from infrastructure.settings import Settings, UnusableSettingsError

SANDBOX_PORT_DISTANCE = 1000
SANDBOX_SECRET_KEY = "sk_test_imoran_sandbox"  # noqa: S105 - opens nothing but the sandbox on this machine
SANDBOX_PUBLIC_KEY = "pk_test_imoran_sandbox"

LoadDemo = Callable[[Settings, str | None], DemoAccounts | None]
"""Fills the database; the demo's charges go into the sandbox's file as well, when there is one."""


class PortTakenError(RuntimeError):
    """Somebody else listens where the web server should."""


def develop(environment: Mapping[str, str], *, load_demo: LoadDemo, fresh: bool) -> int:
    """Run until somebody stops it or a part ends; returns the exit status."""
    home = Home(Path(environment.get("IMORAN_HOME") or ".imoran"))
    try:
        with home.locked():
            if fresh:
                home.fresh()
            return _run(home, environment, load_demo)
    except (HomeUnusableError, PortTakenError, ServerFailedError) as error:
        _say(str(error))
        return 1


def _run(home: Home, environment: Mapping[str, str], load_demo: LoadDemo) -> int:
    with ExitStack() as stack:
        variables = dict(environment) | {"ENVIRONMENT": environment.get("ENVIRONMENT") or "development"}
        _fill_in(home, variables)
        _require_free_port(variables["HOST"], variables["PORT"])
        services = _start_services(home, variables, stack)
        uses_sandbox = _choose_paystack(home, variables)
        settings = Settings.from_environment(variables)
        migrate(settings.database_url)
        accounts = load_demo(settings, variables.get("SANDBOX_DATABASE") if uses_sandbox else None)
        commands = _commands(settings, variables, uses_sandbox=uses_sandbox)
        return Supervisor(commands, services=services).run(
            lambda: _say(_summary(settings, home, accounts, uses_sandbox=uses_sandbox))
        )


def _start_services(home: Home, variables: dict[str, str], stack: ExitStack) -> list[Part]:
    services: list[Part] = []
    if not variables.get("DATABASE_URL"):
        postgres = stack.enter_context(EmbeddedPostgres(home.path / "postgres"))
        variables["DATABASE_URL"] = postgres.url
        services.append(postgres)
    if not variables.get("REDIS_URL"):
        valkey = stack.enter_context(EmbeddedValkey(home.path / "valkey"))
        variables["REDIS_URL"] = valkey.url
        services.append(valkey)
    return services


def _fill_in(home: Home, variables: dict[str, str]) -> None:
    host = variables.get("HOST") or "127.0.0.1"
    port = variables.get("PORT") or "8000"
    defaults = {
        "HOST": host,
        "PORT": port,
        "SECRET_KEY": home.secret_key(),
        "MEDIA_URL": f"file://{home.folder('media').resolve()}",
        "PUBLIC_URL": f"http://{host}:{port}",
        "LOG_LEVEL": "WARNING",
        "WEBHOOKS_TO_LOOPBACK": "on",
    }
    for name, value in defaults.items():
        variables[name] = variables.get(name) or value


def _require_free_port(host: str, port: str) -> None:
    if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise UnusableSettingsError(["PORT has to be a whole number from 1 to 65535"])
    if free_port(int(port), host) != int(port):
        msg = f"Port {port} is taken. Choose another: PORT={int(port) + 1} make run"
        raise PortTakenError(msg)


def _choose_paystack(home: Home, variables: dict[str, str]) -> bool:
    """Whether the sandbox takes Paystack's place: without keys, unless an address is given."""
    if variables.get("PAYSTACK_SECRET_KEY") or variables.get("PAYSTACK_BASE_URL"):
        return False
    port = free_port(int(variables["PORT"]) + SANDBOX_PORT_DISTANCE)
    variables["PAYSTACK_BASE_URL"] = f"http://127.0.0.1:{port}"
    variables["PAYSTACK_SECRET_KEY"] = SANDBOX_SECRET_KEY
    variables["PAYSTACK_PUBLIC_KEY"] = SANDBOX_PUBLIC_KEY
    variables["SANDBOX_DATABASE"] = str((home.folder("sandbox") / "sandbox.sqlite3").resolve())
    return True


def _commands(settings: Settings, variables: Mapping[str, str], *, uses_sandbox: bool) -> list[Command]:
    """The sandbox answers before a worker asks it; it is all ready when the web server is."""

    def part(name: str, is_ready: Callable[[], bool] | None = None) -> Command:
        return Command(name=name, argv=[sys.executable, "-m", "main", name], env=variables, is_ready=is_ready)

    sandbox = [part("sandbox", answers_http(f"{settings.paystack_base_url}/"))] if uses_sandbox else []
    web = part("web", answers_http(f"http://{settings.host}:{settings.port}/readyz"))
    return [*sandbox, part("worker"), web]


def _summary(settings: Settings, home: Home, accounts: DemoAccounts | None, *, uses_sandbox: bool) -> str:
    lines = [
        "",
        f"  Imoran    {settings.public_url}",
        f"  API       {settings.public_url}/api/docs/",
        f"  Paystack  {settings.paystack_base_url}" + (" (sandbox: no real money)" if uses_sandbox else ""),
        f"  Data      {home.path.resolve()}",
    ]
    if accounts is not None:
        lines += ["", f"  Log in with the password {accounts.password} as"]
        lines += [f"    {name:<12}{role}" for role, name in accounts.by_role.items()]
    return "\n".join([*lines, "", "  Ctrl-C stops everything.", ""])


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - the command line speaks to a person
