"""Everything about an account as one ZIP file: records as JSON, and the picture."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from litestar.response import Stream

from application.accounts.export_account import AccountExport

IN_MEMORY = 1024 * 1024
AT_ONCE = 64 * 1024
FILE_NAME = "imoran-account.zip"


async def archive_of(export: AccountExport) -> Stream:
    """The file to download.

    It is written before the first byte goes out, to a file beyond a megabyte: a slow reader keeps no database
    connection, and a fault is an answer of its own instead of half a file.
    """
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed by whoever reads it to its end
    try:
        await _write(file, export)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    headers = {
        "Content-Disposition": f'attachment; filename="{FILE_NAME}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Stream(_parts(file), media_type="application/zip", headers=headers, status_code=200)


async def _write(file: IO[bytes], export: AccountExport) -> None:
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        with archive.open("account.json", "w", force_zip64=True) as records:
            async for text in _json_of(export):
                records.write(text.encode())
        if export.picture:
            archive.writestr("picture.webp", export.picture)


async def _json_of(export: AccountExport) -> AsyncIterator[str]:
    """One object; each section is a list under its name."""
    opened, is_first = "", True
    async for name, records in export.sections:
        if name != opened:
            before = "\n]," if opened else "{"
            yield f'{before}\n"{name}": ['
            opened, is_first = name, True
        for record in records:
            yield f"{'' if is_first else ','}\n{record}"
            is_first = False
    yield "\n]}\n" if opened else "{}\n"


async def _parts(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        while part := file.read(AT_ONCE):
            yield part
