"""Reads calendar files without the library that writes them: RFC 5545 by hand, as another program would."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_PARAMETER = re.compile(r';([A-Z-]+)=("[^"]*"|[^";:,]*)')


@dataclass(frozen=True, slots=True)
class Line:
    """One property."""

    name: str
    parameters: dict[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value as TEXT."""
        return re.sub(
            r"\\(.)", lambda escape: "\n" if escape[1] in "nN" else escape[1], self.value, flags=re.DOTALL
        )


@dataclass(slots=True)
class Component:
    """What stands between BEGIN and END."""

    name: str
    lines: list[Line] = field(default_factory=list)
    parts: list[Component] = field(default_factory=list)

    def __getitem__(self, name: str) -> Line:
        """The property of that name, which stands there once."""
        [line] = [line for line in self.lines if line.name == name]
        return line

    def names(self) -> set[str]:
        """The properties that are there."""
        return {line.name for line in self.lines}

    def all(self, name: str) -> list[Component]:
        """The parts of that kind."""
        return [part for part in self.parts if part.name == name]


def read_calendar(content: bytes) -> Component:
    """The VCALENDAR. Raises `AssertionError` for anything that RFC 5545 does not allow."""
    assert content.endswith(b"\r\n")
    physical = content[:-2].split(b"\r\n")
    for octets in physical:
        assert len(octets) <= 75, octets
        assert not re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", octets), octets
        octets.decode()  # no character is torn apart
    root = Component("")
    open_components = [root]
    for line in b"\r\n".join(physical).replace(b"\r\n ", b"").decode().split("\r\n"):
        _take(_line(line), open_components)
    assert open_components == [root]
    [calendar] = root.parts
    assert calendar.name == "VCALENDAR"
    return calendar


def _take(line: Line, open_components: list[Component]) -> None:
    if line.name == "BEGIN":
        component = Component(line.value)
        open_components[-1].parts.append(component)
        open_components.append(component)
    elif line.name == "END":
        assert open_components.pop().name == line.value
    else:
        open_components[-1].lines.append(line)


def _line(line: str) -> Line:
    name = re.match(r"[A-Za-z0-9-]+", line)
    assert name, line
    rest, parameters = line[name.end() :], {}
    while parameter := _PARAMETER.match(rest):
        parameters[parameter[1]] = parameter[2].strip('"')
        rest = rest[parameter.end() :]
    assert rest.startswith(":"), line
    return Line(name[0], parameters, rest[1:])


def wall_time(value: str) -> datetime:
    """`20270314T090000` as it stands there."""
    return datetime.strptime(value.removesuffix("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 - a wall time has no zone


def instant_by_name(line: Line) -> datetime:
    """The instant, by what this machine knows of the zone that is named."""
    if line.value.endswith("Z"):
        return wall_time(line.value).replace(tzinfo=UTC)
    return wall_time(line.value).replace(tzinfo=ZoneInfo(line.parameters["TZID"])).astimezone(UTC)


def instant_by_definition(line: Line, calendar: Component) -> datetime:
    """The instant, by the rules of the file's own VTIMEZONE and nothing else."""
    if line.value.endswith("Z"):
        return wall_time(line.value).replace(tzinfo=UTC)
    [zone] = [part for part in calendar.all("VTIMEZONE") if part["TZID"].value == line.parameters["TZID"]]
    wall = wall_time(line.value)
    rules = observances(zone)
    possible = {offset: (wall - offset).replace(tzinfo=UTC) for _, offset in rules}
    # Of two instants, the RFC means the first.
    return min(instant for offset, instant in possible.items() if offset_at(rules, instant) == offset)


def observances(zone: Component) -> list[tuple[datetime, timedelta]]:
    """What a VTIMEZONE says: from which instant on which offset holds, in order."""
    return sorted((_onset(part), _offset(part["TZOFFSETTO"].value)) for part in zone.parts)


def offset_at(rules: list[tuple[datetime, timedelta]], instant: datetime) -> timedelta:
    """What holds at an instant: the observance with the latest onset up to then."""
    return [offset for onset, offset in rules if onset <= instant][-1]


def _onset(observance: Component) -> datetime:
    assert not observance.names() & {"RRULE", "RDATE"}, "an observance that this reader does not understand"
    local = wall_time(observance["DTSTART"].value)
    return (local - _offset(observance["TZOFFSETFROM"].value)).replace(tzinfo=UTC)


def _offset(value: str) -> timedelta:
    sign, hours, minutes = value[0], int(value[1:3]), int(value[3:5])
    return timedelta(hours=hours, minutes=minutes) * (-1 if sign == "-" else 1)
