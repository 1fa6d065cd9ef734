"""The benchmark's copy of a booking is what the product sends."""

from __future__ import annotations

import re

from tests.benchmarks.run import pgbench_script


def test_the_benchmark_knows_every_parameter_of_a_booking() -> None:
    script = pgbench_script()
    assert script.count("INSERT INTO bookings") == 1
    assert not re.search(r"\$\d", script)
