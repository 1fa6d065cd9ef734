"""Everything that is read or found by its colour stands out from what is behind it, in both themes."""

from __future__ import annotations

import re
from functools import cache

import pytest

from interfaces.web.shell import THEME_COLOURS
from interfaces.web.static_files import FOLDER

THEMES = ("dark", "light")
GROUNDS = ("--bs-body-bg", "--panel", "--bs-tertiary-bg")
READ = 4.5
"""What WCAG 2.2 asks of text (1.4.3)."""
SEEN = 3.0
"""What it asks of borders of fields, focus rings and icons (1.4.11)."""
TONES = ("success", "warning", "danger", "info", "secondary")
RULE = re.compile(r"(?P<selectors>[^{}]+)\{(?P<body>[^{}]*)\}")

Colour = tuple[float, float, float]


@cache
def tokens(theme: str) -> dict[str, str]:
    """The custom properties of a theme: Bootstrap's, then ours."""
    found: dict[str, str] = {}
    for name in ("vendor/bootstrap/bootstrap.min.css", "app.css"):
        source = re.sub(r"/\*.*?\*/", "", (FOLDER / name).read_text(), flags=re.DOTALL)
        source = source.partition("@media print")[0] if name == "app.css" else source
        for selectors, body in RULE.findall(source):
            own = {selector.strip() for selector in selectors.split(",")}
            if own & {":root", "[data-bs-theme]", f"[data-bs-theme={theme}]"}:
                found |= dict(re.findall(r"(--[\w-]+):\s*([^;]+?)\s*(?:;|$)", body))
    return found


def colour(theme: str, name: str, ground: Colour | None = None) -> Colour:
    """Its red, green and blue from 0 to 255; what is translucent lies on `ground`."""
    value = tokens(theme)[name]
    if reference := re.fullmatch(r"var\((--[\w-]+)\)", value):
        return colour(theme, reference[1], ground)
    if value.startswith("#"):
        digits = value[1:] if len(value) == 7 else "".join(digit * 2 for digit in value[1:])
        return (int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16))
    red, green, blue, *alpha = (float(part) for part in re.findall(r"[\d.]+", value))
    if not alpha:
        return (red, green, blue)
    assert ground is not None, f"{name} needs something to lie on"
    (share,) = alpha
    mixed = [share * above + (1 - share) * below for above, below in zip((red, green, blue), ground, strict=True)]
    return (mixed[0], mixed[1], mixed[2])


def luminance(of: Colour) -> float:
    """Relative luminance, as WCAG defines it."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in of)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(theme: str, front: str, back: str) -> float:
    """From 1 (nothing to see) to 21 (black on white)."""
    behind = colour(theme, back)
    lighter, darker = sorted((luminance(colour(theme, front, behind)), luminance(behind)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_measured_as_the_guidelines_do() -> None:
    assert luminance((255, 255, 255)) == pytest.approx(1)
    assert luminance((0, 0, 0)) == 0
    assert luminance((119, 119, 119)) == pytest.approx(0.1845, abs=1e-4)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize(
    "text",
    [
        "--bs-body-color",
        "--bs-secondary-color",
        "--bs-tertiary-color",
        "--bs-link-color",
        "--bs-link-hover-color",
        "--accent-line",
        "--wrong",
        "--bs-danger-text-emphasis",
        "--bs-success-text-emphasis",
        "--bs-warning-text-emphasis",
    ],
)
def test_text_can_be_read_on_every_ground(theme: str, ground: str, text: str) -> None:
    assert contrast(theme, text, ground) >= READ


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("line", ["--focus", "--bs-secondary-color", "--accent-line", "--wrong"])
def test_rings_and_borders_can_be_seen_on_every_ground(theme: str, ground: str, line: str) -> None:
    assert contrast(theme, line, ground) >= SEEN


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("button", ["--accent", "--accent-line"])
def test_the_words_on_a_button_can_be_read(theme: str, button: str) -> None:
    assert contrast(theme, "--accent-text", button) >= READ


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("tone", TONES)
def test_badges_and_messages_can_be_read(theme: str, tone: str) -> None:
    assert contrast(theme, f"--bs-{tone}-text-emphasis", f"--bs-{tone}-bg-subtle") >= READ


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_chosen_can_be_read(theme: str) -> None:
    assert contrast(theme, "--bs-body-color", "--accent-wash") >= READ
    assert contrast(theme, "--bs-secondary-color", "--accent-wash") >= READ


@pytest.mark.parametrize("theme", THEMES)
def test_the_browser_is_painted_like_the_ground(theme: str) -> None:
    assert THEME_COLOURS[theme] == tokens(theme)["--bs-body-bg"]
