"""The address of the place where pictures are kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

OPTIONS = frozenset({"endpoint", "region"})


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaPlace:
    """`file:///folder` or `s3://bucket/prefix?endpoint=…&region=…`, and the keys that open the bucket."""

    url: str
    access_key_id: str | None = None
    secret_access_key: str | None = field(default=None, repr=False)

    @property
    def is_bucket(self) -> bool:
        """Whether it is somewhere else than on this machine."""
        return self.url.startswith("s3://")

    def problems(self, *, is_production: bool) -> list[str]:
        """What is wrong with the settings, one line each."""
        parts = urlsplit(self.url)
        if parts.scheme == "file":
            return [] if self.url.startswith("file:///") else ["MEDIA_URL has to start with file:/// or s3://"]
        if parts.scheme != "s3" or not parts.hostname:
            return ["MEDIA_URL has to be like file:///folder or s3://bucket"]
        options = dict(parse_qsl(parts.query))
        endpoint = options.get("endpoint", "https://")
        checks = [
            (bool(options.keys() - OPTIONS), "MEDIA_URL takes no other options than endpoint and region"),
            (not endpoint.startswith(("https://", "http://")), "MEDIA_URL's endpoint has to start with https://"),
            (
                is_production and endpoint.startswith("http://"),
                "MEDIA_URL's endpoint has to start with https:// in production",
            ),
            (not self.access_key_id, "AWS_ACCESS_KEY_ID is missing"),
            (not self.secret_access_key, "AWS_SECRET_ACCESS_KEY is missing"),
        ]
        return [problem for is_wrong, problem in checks if is_wrong]
