"""Opens the place where pictures are kept: a folder of this machine, or a bucket of an S3-compatible service."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from obstore.store import LocalStore, S3Store

from infrastructure.media.place import MediaPlace

if TYPE_CHECKING:
    from obstore.store import ObjectStore

CONNECT_WITHIN = timedelta(seconds=2)
ANSWER_WITHIN = timedelta(seconds=5)
GIVE_UP_AFTER = timedelta(seconds=8)
"""Tries of one call altogether."""
DEFAULT_REGION = "us-east-1"


def open_store(place: MediaPlace) -> ObjectStore:
    """Nothing is connected yet."""
    parts = urlsplit(place.url)
    if not place.is_bucket:
        return LocalStore(Path(parts.path), mkdir=True)
    options = dict(parse_qsl(parts.query))
    endpoint = options.get("endpoint")
    return S3Store(
        parts.netloc,
        prefix=parts.path.strip("/") or None,
        config={
            "region": options.get("region", DEFAULT_REGION),
            "access_key_id": place.access_key_id or "",
            "secret_access_key": place.secret_access_key or "",
            "disable_bulk_delete": True,  # not every compatible service has it
            **({"endpoint": endpoint} if endpoint else {}),
        },
        client_options={
            "connect_timeout": CONNECT_WITHIN,
            "timeout": ANSWER_WITHIN,
            "allow_http": bool(endpoint and endpoint.startswith("http://")),
        },
        retry_config={"max_retries": 3, "retry_timeout": GIVE_UP_AFTER},
    )
