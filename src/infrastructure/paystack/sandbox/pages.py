"""How the sandbox's HTML pages are rendered, and the headers that they carry."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Template

from infrastructure.paystack.sandbox.addresses import is_web_address, origin

_FOLDER = Path(__file__).parent
STATIC_FOLDER = _FOLDER / "static"

_SYMBOLS = {"NGN": "₦", "GHS": "GH₵", "ZAR": "R", "KES": "KSh", "USD": "$", "XOF": "CFA "}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)


def money(amount: int, currency: str) -> str:
    """Write subunits the way people read them: 500000 NGN is ₦5,000.00."""
    return f"{_SYMBOLS.get(currency, currency + ' ')}{amount // 100:,}.{amount % 100:02}"


def template_engine() -> JinjaTemplateEngine:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["money"] = money
    return JinjaTemplateEngine.from_environment(environment)


def page(
    template: str,
    context: dict[str, Any],
    *,
    status_code: int = 200,
    leads_to: tuple[str | None, ...] = (),
    refresh_s: int | None = None,
) -> Template:
    """Render a page whose forms may end, after redirects, at the origins of the addresses in `leads_to`.

    A browser silently stops a form's redirect to an origin that `form-action` does not name.
    """
    origins = sorted({origin(address) for address in leads_to if address and is_web_address(address)})
    headers = {
        "content-security-policy": " ".join([_POLICY, *origins]),
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }
    if refresh_s is not None:
        headers["refresh"] = str(refresh_s)
    return Template(template, context=context, status_code=status_code, headers=headers)
