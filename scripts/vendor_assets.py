"""Fetch the browser files that the pages serve and the fonts of documents, check and write them with their locks.

    .venv/bin/python scripts/vendor_assets.py

Needs `npm` and its registry. A maintainer runs it to take a new version (change `PACKAGES`); the product
itself only ever reads the files in the repository.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

INTERFACES = Path(__file__).parents[1] / "src/interfaces"
VENDOR = INTERFACES / "web/static/vendor"
FONTS = INTERFACES / "http/fonts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """An exact version, its tarball's integrity, and which of its files go where in their folder."""

    name: str
    version: str
    licence: str
    integrity: str
    files: dict[str, str]


PACKAGES = (
    Package(
        name="bootstrap",
        version="5.3.9",
        licence="MIT",
        integrity="sha512-20cU0rcfw8WdxtVbmfU+xT2EjvVTw9Ror/h1Qvd7DXCujRg8OO9mdBCsmTHdJFf3BuadmBNJtgIuUXsBqSkk/w==",
        files={
            "dist/css/bootstrap.min.css": "bootstrap/bootstrap.min.css",
            "LICENSE": "bootstrap/LICENSE",
        },
    ),
    Package(
        name="sweetalert2",
        # Versions 11.4.9 to 11.22.3 act up for some visitors: never go back to one of them.
        version="11.26.25",
        licence="MIT",
        integrity="sha512-+hunCOJdJ6FLj04T9YSLvvZXRjsvIkTeTKP2e4VF8CaBias961BTnWiSFAy7F/CM5eq3QK2Rraoc5Gzftslvkg==",
        files={
            "dist/sweetalert2.min.js": "sweetalert2/sweetalert2.min.js",
            "dist/sweetalert2.min.css": "sweetalert2/sweetalert2.min.css",
            "themes/bootstrap-5.css": "sweetalert2/bootstrap-5.css",
            "LICENSE": "sweetalert2/LICENSE",
        },
    ),
    Package(
        name="htmx.org",
        version="4.0.1",
        licence="0BSD",
        integrity="sha512-oF7JgXhDW9UXCy/k1ZYFUQgzu/rm19ORWPSPNL91vPluB2PB9+MV55tyQdH/w7o2EAbTYUG5SDW1R60mdkdqGg==",
        files={"dist/htmx.min.js": "htmx/htmx.min.js", "LICENSE": "htmx/LICENSE"},
    ),
    Package(
        name="swagger-ui-dist",
        version="5.35.0",
        licence="Apache-2.0",
        integrity="sha512-U06rpMtW9V3XPGOBeamTUSr0Z09jMX4IJuANpE/EZbAhw0G8CgwrzU4YmXkn/h0wCDNsXdGarTNNHC3sU8yVUQ==",
        files={
            "swagger-ui.css": "swagger-ui/swagger-ui.css",
            "swagger-ui-bundle.js": "swagger-ui/swagger-ui-bundle.js",
            "LICENSE": "swagger-ui/LICENSE",
            "NOTICE": "swagger-ui/NOTICE",
        },
    ),
    Package(
        name="bootstrap-icons",
        version="1.13.2",
        licence="MIT",
        integrity="sha512-fAU1Ly3dH7hwRg+CB8EZ0Vl0fF80zgXHeUVJyfUOKzoURr+TbwISbCW5tKUoQLERaWYG2emTCybcPbD96hdD1A==",
        files={"LICENSE": "icons/LICENSE"},
    ),
)

FONT_PACKAGES = (
    Package(
        name="dejavu-fonts-ttf",
        version="2.37.3",
        licence="Bitstream-Vera",
        integrity="sha512-f1hd7jJbeQa1VWcw+K2KrTXS50zTMaHpVC4XIKJpNcDeYR5ajMtj/iLlQDYNvLOKamUB3ARVVCf79lNwNVztSQ==",
        files={
            "ttf/DejaVuSans.ttf": "DejaVuSans.ttf",
            "ttf/DejaVuSans-Bold.ttf": "DejaVuSans-Bold.ttf",
            "LICENSE": "LICENSE",
        },
    ),
)

ICONS = (
    "arrow-left",
    "arrow-right",
    "bell",
    "bell-fill",
    "calendar-event",
    "calendar-week",
    "camera-video",
    "cash-coin",
    "chat-left-text",
    "check-circle-fill",
    "check-lg",
    "chevron-left",
    "chevron-right",
    "clock",
    "copy",
    "download",
    "exclamation-triangle-fill",
    "eye",
    "funnel",
    "hourglass-split",
    "info-circle-fill",
    "list",
    "moon-stars-fill",
    "pencil",
    "people-fill",
    "plus-lg",
    "search",
    "shield-check",
    "star",
    "star-fill",
    "sun-fill",
    "wifi-off",
    "x-circle-fill",
    "x-lg",
)
SPRITE = "icons/icons.svg"


def main() -> None:
    """Write every file and the locks."""
    _write_all(VENDOR, PACKAGES)
    _write_all(FONTS, FONT_PACKAGES)


def _write_all(folder: Path, packages: tuple[Package, ...]) -> None:
    entries = []
    for package in packages:
        tarball = _fetch(package)
        for source, target in package.files.items():
            _write(folder / target, _member(tarball, source))
        files = list(package.files.values())
        if package.name == "bootstrap-icons":
            _write(folder / SPRITE, _sprite(tarball))
            files.append(SPRITE)
        entries.append(
            {
                "package": package.name,
                "version": package.version,
                "licence": package.licence,
                "integrity": package.integrity,
                "files": {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in files},
            }
        )
    (folder / "vendor.lock.json").write_text(json.dumps(entries, indent=2) + "\n")


def _fetch(package: Package) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(  # noqa: S603 - name and version are the constants above
            ["npm", "pack", "--silent", f"{package.name}@{package.version}"],  # noqa: S607 - whichever npm is on PATH
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        (packed,) = Path(folder).glob("*.tgz")
        tarball = packed.read_bytes()
    digest = "sha512-" + base64.b64encode(hashlib.sha512(tarball).digest()).decode()
    if digest != package.integrity:
        message = f"{package.name} {package.version} is not what it was: {digest}"
        raise SystemExit(message)
    return tarball


def _member(tarball: bytes, name: str) -> bytes:
    with tarfile.open(fileobj=io.BytesIO(tarball)) as archive:
        member = archive.extractfile(f"package/{name}")
        if member is None:
            message = f"there is no {name} in the package"
            raise SystemExit(message)
        return member.read()


def _sprite(tarball: bytes) -> bytes:
    """One `<symbol>` for each icon, named as in the package."""
    symbols = []
    for name in ICONS:
        drawing = _member(tarball, f"icons/{name}.svg").decode()
        found = re.search(r"<svg[^>]*>(.*)</svg>", drawing, re.DOTALL)
        if found is None:
            message = f"{name} is not a drawing"
            raise SystemExit(message)
        inner = re.sub(r"\s*\n\s*", "", found.group(1))
        symbols.append(f'<symbol id="{name}" viewBox="0 0 16 16" fill="currentColor">{inner}</symbol>')
    return ('<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n").encode()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


if __name__ == "__main__":
    main()
