"""Web addresses: which ones are usable, their origin, and the way back to the shop."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

# No user information and nothing that could end a header or a directive.
_AUTHORITY = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")


def is_web_address(text: str) -> bool:
    """Say whether a text is an absolute http or https address with a plain host and port."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and _AUTHORITY.fullmatch(parts.netloc) is not None


def origin(address: str) -> str:
    """Return scheme, host and port of a web address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def with_reference(address: str, reference: str) -> str:
    """Append `trxref` and `reference` to an address; its own query stays, older ones of these two go."""
    parts = urlsplit(address)
    query = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in query if name not in {"trxref", "reference"}]
    return urlunsplit(parts._replace(query=urlencode([*kept, ("trxref", reference), ("reference", reference)])))
