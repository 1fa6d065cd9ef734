"""The command line: `imoran dev | web | worker | sandbox | migrate | reconcile | operator`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from getpass import getpass
from pathlib import Path

import click


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOperator:
    """What `imoran operator` asks for."""

    username: str
    email: str
    first_name: str
    last_name: str
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPoints:
    """What the commands run; the composition root provides it. Each returns an exit status."""

    develop: Callable[[bool], int]
    serve_web: Callable[[], int]
    serve_sandbox: Callable[[], int]
    work: Callable[[], int]
    migrate: Callable[[], int]
    create_operator: Callable[[NewOperator], int]
    reconcile: Callable[[], int]


def build_cli(entry_points: EntryPoints) -> click.Group:
    """All commands."""

    @click.group(context_settings={"help_option_names": ["-h", "--help"]})
    def imoran() -> None:
        """Imoran: paid consulting sessions, from discovery to review."""

    @imoran.command()
    @click.option("--fresh", is_flag=True, help="Start over with new demo data.")
    @click.pass_context
    def dev(context: click.Context, *, fresh: bool) -> None:
        """Everything on this machine: database, queue, Paystack sandbox, worker and web server."""
        context.exit(entry_points.develop(fresh))

    @imoran.command()
    @click.pass_context
    def web(context: click.Context) -> None:
        """The web server: pages, API and webhooks."""
        context.exit(entry_points.serve_web())

    @imoran.command()
    @click.pass_context
    def worker(context: click.Context) -> None:
        """A worker: outbox, reconciliation, holds."""
        context.exit(entry_points.work())

    @imoran.command()
    @click.pass_context
    def sandbox(context: click.Context) -> None:
        """The local Paystack sandbox."""
        context.exit(entry_points.serve_sandbox())

    @imoran.command()
    @click.pass_context
    def migrate(context: click.Context) -> None:
        """Bring the database's schema up to date."""
        context.exit(entry_points.migrate())

    @imoran.command()
    @click.pass_context
    def reconcile(context: click.Context) -> None:
        """Compare everything with Paystack now, and say what was found: after a restore above all."""
        context.exit(entry_points.reconcile())

    @imoran.command()
    @click.argument("username")
    @click.argument("email")
    @click.option("--first-name", required=True)
    @click.option("--last-name", required=True)
    @click.option("--password-file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.pass_context
    def operator(
        context: click.Context,
        username: str,
        email: str,
        first_name: str,
        last_name: str,
        password_file: Path | None,
    ) -> None:
        """Make an operator's account. The password comes from a prompt or a file, never from an argument."""
        password = password_file.read_text().rstrip("\n") if password_file else getpass("Password: ")
        context.exit(
            entry_points.create_operator(
                NewOperator(
                    username=username,
                    email=email,
                    first_name=first_name,
                    last_name=last_name,
                    password=password,
                )
            )
        )

    return imoran
