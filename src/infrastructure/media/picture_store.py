"""Profile pictures in a folder or in a bucket."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError, NotFoundError

from domain.pictures import SMALL_SIDE, Crop, PicturesUnavailable, small_picture
from infrastructure.media.square_pictures import square_picture

if TYPE_CHECKING:
    from obstore.store import ObjectStore

log = logging.getLogger(__name__)

AT_ONCE = 2
"""Pictures that are decoded at the same time in one process."""
LISTED_AT_ONCE = 500
PICTURE = re.compile(r"[0-9a-f]{32}\.webp\Z")
FILE = re.compile(rf"([0-9a-f]{{32}})(-{SMALL_SIDE})?\.webp\Z")


class PictureStore:
    """`Pictures` in a folder or a bucket. Names are random; nothing that a person sent becomes part of one.

    A name's content never changes, so that whoever has it can keep it. Each write is whole or not at all.
    """

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def store(self, upload: bytes, crop: Crop | None = None) -> str:
        """Two square WebP files without any metadata. Raises `Invalid` for anything but a picture."""
        async with self._turns:
            picture = await asyncio.to_thread(square_picture, upload, crop)
        name = f"{secrets.token_hex(16)}.webp"
        with _translated():
            # The large one last: what has its name has both.
            await self._put(small_picture(name), picture.small)
            await self._put(name, picture.large)
        return name

    async def read(self, name: str) -> bytes | None:
        """The file. Pictures that were stored before there were small ones show their large one instead."""
        known = FILE.match(name)
        if known is None:
            return None
        with _translated():
            content = await self._get(name)
            return await self._get(f"{known[1]}.webp") if content is None and known[2] else content

    async def remove(self, name: str) -> None:
        """Delete both files, as far as they are there."""
        if not PICTURE.match(name):
            return
        with _translated():
            for file in (name, small_picture(name)):
                await self._delete(file)

    async def stored_before(self, moment: datetime) -> AsyncIterator[list[str]]:
        """Names of pictures, some hundreds at a time."""
        with _translated():
            async for files in obstore.list(self._store, chunk_size=LISTED_AT_ONCE):
                old = (FILE.match(file["path"]) for file in files if file["last_modified"] < moment)
                yield sorted({f"{file[1]}.webp" for file in old if file})

    async def _put(self, name: str, content: bytes) -> None:
        await obstore.put_async(self._store, name, content, use_multipart=False)

    async def _get(self, name: str) -> bytes | None:
        try:
            found = await obstore.get_async(self._store, name)
            return bytes(await found.bytes_async())
        except (NotFoundError, FileNotFoundError):
            return None

    async def _delete(self, name: str) -> None:
        try:
            await obstore.delete_async(self._store, name)
        except (NotFoundError, FileNotFoundError):
            log.debug("pictures.not_there name=%s", name)


@contextmanager
def _translated() -> Iterator[None]:
    """What the folder or the bucket cannot do is a refusal of ours; what it says about it is for the log."""
    try:
        yield
    except (BaseError, OSError) as fault:
        log.error("pictures.unavailable fault=%s", f"{type(fault).__name__}: {fault}"[:300])
        raise PicturesUnavailable from fault
