"""Where somebody came from, no closer than needed to recognise it."""

from __future__ import annotations

from ipaddress import IPv4Address, ip_address, ip_network


def network_of(address: str) -> str:
    """The network around an internet address (/24, or /48 of IPv6); nothing for what is no address."""
    try:
        known = ip_address(address)
    except ValueError:
        return ""
    return str(ip_network(f"{known}/{24 if isinstance(known, IPv4Address) else 48}", strict=False))
