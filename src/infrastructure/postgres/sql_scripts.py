"""SQL scripts in migrations: many statements in one text."""

from __future__ import annotations

from alembic import op


def run_script(script: str) -> None:
    """Run each statement of a script; the driver prepares one at a time."""
    for statement in _split(script):
        op.execute(statement.replace(":", r"\:"))


def _split(script: str) -> list[str]:
    """Split at semicolons that end a line, outside of function bodies."""
    parts: list[str] = []
    lines: list[str] = []
    for line in script.strip().splitlines():
        lines.append(line)
        body = "\n".join(lines)
        if line.endswith(";") and body.count("$$") % 2 == 0:
            parts.append(body.removesuffix(";"))
            lines = []
    return parts
