"""Tables as CSV files that spreadsheets open safely."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from litestar import Response

NUMBER = re.compile(r"-[0-9]+(?:\.[0-9]+)?\Z")
"""Harmless, and to be added up."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_file(name: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Response[bytes]:
    """A download. Begins with a byte order mark, without which spreadsheets misread letters with accents."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return Response(
        text.getvalue().encode("utf-8-sig"),
        status_code=200,
        media_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _harmless(cell: str) -> str:
    """With a quote in front where a spreadsheet would take the words of somebody else for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) and not NUMBER.match(cell) else cell
