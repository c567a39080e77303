"""Loops are compiled by a process beside the engine, which ends with it; what is compiled is only loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tradewind.engine.core import precompiling
from tradewind.engine.core.compiling import are_kept, warm_up
from tradewind.engine.service import warming
from tradewind.engine.service.warming import Warming


def test_what_is_compiled_already_is_loaded_without_a_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    warm_up(str(tmp_path))

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    under_test = Warming(tmp_path)
    under_test.begin()
    under_test.stop()
    assert are_kept(str(tmp_path))
    assert precompiling.__name__ in warming._COMMAND


def test_an_engine_that_stops_ends_its_compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warming, "are_kept", lambda folder: False)
    monkeypatch.setattr(warming, "_COMMAND", (sys.executable, "-c", "import time; time.sleep(60)"))
    under_test = Warming(tmp_path)
    under_test.begin()
    while under_test._process is None:
        under_test._thread.join(0.01)
    under_test.stop()
    assert under_test._process.returncode == -15
    assert not under_test.is_done


COMPILER = """
import os, sys, time
from tradewind.engine.core.precompiling import end_with

end_with(int(sys.argv[1]))
os.write(1, b"compiles")
time.sleep(60)
os.write(1, b"has compiled")
"""
ENGINE = f"""
import os, subprocess, sys, time

subprocess.Popen([sys.executable, "-c", {COMPILER!r}, str(os.getpid())])
time.sleep(60)
"""


def test_an_engine_that_is_killed_leaves_no_compiler_behind() -> None:
    with subprocess.Popen([sys.executable, "-c", ENGINE], stdout=subprocess.PIPE, bufsize=0) as engine:
        assert engine.stdout is not None
        assert engine.stdout.read(100) == b"compiles"
        engine.kill()
        assert engine.stdout.read() == b""  # until nobody holds it any more


def test_where_no_process_can_be_started_this_one_compiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warming, "are_kept", lambda folder: False)
    monkeypatch.setattr(warming, "_COMMAND", (str(tmp_path / "absent"),))
    under_test = Warming(tmp_path)
    under_test.begin()
    under_test._thread.join()
    assert under_test.is_done


def test_a_warming_that_never_began_can_be_stopped(tmp_path: Path) -> None:
    Warming(tmp_path).stop()


AHEAD = """
from tradewind.engine.core import compiling, precompiling
ahead = {each.function for each in compiling._KERNELS}
import tradewind.engine.service.serve
print([each.function.__name__ for each in compiling._KERNELS if each.function not in ahead])
"""


def test_every_loop_of_an_engine_is_compiled_beside_it() -> None:
    done = subprocess.run([sys.executable, "-c", AHEAD], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
