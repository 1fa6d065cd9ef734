"""TCP ports of this machine."""

import socket


def free_port(preferred: int, host: str = "127.0.0.1") -> int:
    """`preferred` if nobody listens on it, otherwise one that the system picks.

    Somebody else may take it before the caller does; whoever binds it must still be ready for a refusal.
    """
    try:
        return _bindable(host, preferred)
    except OSError:
        return _bindable(host, 0)


def _bindable(host: str, port: int) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        # Servers do the same: a port is free although old connections to it still linger.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        bound: int = probe.getsockname()[1]
        return bound
