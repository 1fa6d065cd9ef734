import socket

from infrastructure.embedded.ports import free_port


def test_the_preferred_port_is_taken_when_free_and_another_when_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        taken: int = listener.getsockname()[1]
        other = free_port(taken)
        assert other not in (0, taken)
    assert free_port(taken) == taken
