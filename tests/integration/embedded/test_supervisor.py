import signal
from pathlib import Path

from .programs import is_gone, next_line, remaining_output, running, wait_until

# Each part announces itself as "<name> <pid>" and its orderly end as "<name> stops".
_SUPERVISED = r"""
import os, sys, time
from infrastructure.embedded.supervisor import Command, Supervisor

PART = '''
import os, signal, sys, time
def say(word):
    os.write(1, f"{sys.argv[1]} {word}\\n".encode())  # in one piece, as several write at a time
def stop(*_):
    say("stops")
    sys.exit()
signal.signal(signal.SIGTERM, signal.SIG_IGN if "stubborn" in sys.argv else stop)
if "parent" in sys.argv:
    os.fork()
say(os.getpid())
while True:
    time.sleep(0.01)
    if sys.argv[-1].startswith("/") and os.path.exists(sys.argv[-1]):
        sys.exit(3)
'''

def part(name, *words, **options):
    return Command(name=name, argv=[sys.executable, "-c", PART, name, *words], **options)

"""


def _pid(line: str) -> int:
    return int(line.split()[1])


def test_sigterm_stops_all_parts_last_first() -> None:
    source = _SUPERVISED + "sys.exit(Supervisor([part('one'), part('two')]).run())"
    with running(source) as supervisor:
        next_line(supervisor), next_line(supervisor)
        supervisor.terminate()
        assert remaining_output(supervisor).splitlines() == ["two stops", "one stops"]
        assert supervisor.wait() == 0


def test_ctrl_c_stops_all_parts_and_counts_as_success() -> None:
    source = _SUPERVISED + "sys.exit(Supervisor([part('one'), part('two')]).run())"
    with running(source) as supervisor:
        next_line(supervisor), next_line(supervisor)
        supervisor.send_signal(signal.SIGINT)
        assert remaining_output(supervisor).splitlines() == ["two stops", "one stops"]
        assert supervisor.wait() == 0


def test_the_end_of_one_part_stops_the_others_and_is_named(tmp_path: Path) -> None:
    end = tmp_path / "end"
    source = _SUPERVISED + "sys.exit(Supervisor([part('one', sys.argv[1]), part('two')]).run())"
    with running(source, end) as supervisor:
        next_line(supervisor), next_line(supervisor)
        end.touch()
        output = remaining_output(supervisor).splitlines()
        assert output == ["one ended with status 3; stopping everything else", "two stops"]
        assert supervisor.wait() == 1


def test_the_end_of_a_watched_service_stops_the_parts() -> None:
    source = (
        _SUPERVISED
        + """
class Service:
    name = "PostgreSQL"
    def poll(self):
        return -9

sys.exit(Supervisor([part('one')], services=[Service()]).run())
"""
    )
    with running(source) as supervisor:
        assert remaining_output(supervisor).strip() == (
            "PostgreSQL was ended by SIGKILL; stopping everything else"
        )
        assert supervisor.wait() == 1


def test_a_program_that_cannot_be_started_stops_the_parts_before_it() -> None:
    source = _SUPERVISED + (
        "two = Command(name='two', argv=['/nonexistent/program'])\n"
        "ready = lambda: os.path.exists(sys.argv[1])\n"
        "sys.exit(Supervisor([part('one'), two]).run())"
    )
    with running(source) as supervisor:
        output = remaining_output(supervisor)
        assert "two could not be started" in output
        assert supervisor.wait() == 1


def test_killing_the_supervisor_leaves_no_part_and_no_child_of_a_part() -> None:
    source = _SUPERVISED + "Supervisor([part('one', 'parent'), part('two', 'stubborn', grace_s=0.3)]).run()"
    with running(source) as supervisor:
        pids = [_pid(next_line(supervisor)) for _ in range(3)]
        supervisor.kill()
        wait_until(lambda: all(is_gone(pid) for pid in pids))


def test_a_part_that_ignores_sigterm_is_killed_after_its_grace_period() -> None:
    source = _SUPERVISED + "sys.exit(Supervisor([part('one', 'stubborn', grace_s=0.3)]).run())"
    with running(source) as supervisor:
        pid = _pid(next_line(supervisor))
        supervisor.terminate()
        assert "one did not stop within 0.3 s and is killed" in remaining_output(supervisor)
        assert supervisor.wait() == 0
        assert is_gone(pid)


def test_children_that_a_part_leaves_behind_are_killed() -> None:
    source = _SUPERVISED + "sys.exit(Supervisor([part('one', 'parent', grace_s=60)]).run())"
    with running(source) as supervisor:
        pids = [_pid(next_line(supervisor)) for _ in range(2)]
        supervisor.terminate()
        supervisor.wait()
        wait_until(lambda: all(is_gone(pid) for pid in pids))


def test_a_second_ctrl_c_does_not_wait_for_the_grace_period() -> None:
    source = _SUPERVISED + ("sys.exit(Supervisor([part('one', 'stubborn', grace_s=600)]).run())")
    with running(source) as supervisor:
        pid = _pid(next_line(supervisor))

        def ask_again() -> bool:
            supervisor.send_signal(signal.SIGINT)
            return is_gone(pid)

        wait_until(ask_again)
        # The last press may have met a supervisor that was done already, and listened no more.
        assert supervisor.wait() in (0, -signal.SIGINT)


def test_a_part_starts_only_when_the_one_before_it_is_ready(tmp_path: Path) -> None:
    sign = tmp_path / "ready"
    source = _SUPERVISED + (
        "ready = lambda: os.path.exists(sys.argv[1])\n"
        "run = Supervisor([part('one', is_ready=ready), part('two')]).run\n"
        "sys.exit(run(lambda: print('all ready', flush=True)))"
    )
    with running(source, sign) as supervisor:
        assert next_line(supervisor).startswith("one ")
        sign.touch()
        assert {next_line(supervisor).split()[0], next_line(supervisor).split()[0]} == {"all", "two"}
        supervisor.terminate()
        supervisor.wait()


def test_a_part_that_does_not_become_ready_ends_it_all() -> None:
    source = _SUPERVISED + (
        "one = part('one', is_ready=lambda: False, ready_within_s=0.2)\n"
        "sys.exit(Supervisor([one, part('two')]).run())"
    )
    with running(source) as supervisor:
        output = remaining_output(supervisor)
        assert "one was not ready within 0.2 s" in output
        assert "two" not in output
        assert supervisor.wait() == 1


def test_a_part_that_ends_before_it_is_ready_is_named_at_once(tmp_path: Path) -> None:
    end = tmp_path / "end"
    end.touch()
    source = _SUPERVISED + (
        "one = part('one', sys.argv[1], is_ready=lambda: False, ready_within_s=600)\n"
        "sys.exit(Supervisor([one]).run())"
    )
    with running(source, end) as supervisor:
        assert "one ended with status 3" in remaining_output(supervisor)
        assert supervisor.wait() == 1


def test_ctrl_c_is_heard_while_a_part_is_not_ready_yet() -> None:
    source = _SUPERVISED + (
        "sys.exit(Supervisor([part('one', is_ready=lambda: False, ready_within_s=600)]).run())"
    )
    with running(source) as supervisor:
        next_line(supervisor)
        supervisor.send_signal(signal.SIGINT)
        assert remaining_output(supervisor).strip() == "one stops"
        assert supervisor.wait() == 0
