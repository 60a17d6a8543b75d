"""What takes too long or too much is stopped, with a verdict, and everything works as before afterwards.

Each loop runs in a process of its own kind: a test whose subject does not stop must fail, and not hang.
"""

import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from child_checks import child, verdicts

from learnkit.checking import limits, memory_limits
from learnkit.checking.files import check_file
from learnkit.checking.limits import OutOfTime, limited, under_limits

LOOP = "def softmax(logits):\n    total = 0\n    while total >= 0:\n        total += 1\n    return total\n"

ENDLESS = {
    "a loop": LOOP,
    "a loop on one line": "def softmax(logits):\n    while True: pass\n",
    "a loop with a bare except": (
        "def softmax(logits):\n    while True:\n        try:\n            np.exp(logits)\n        except:\n            pass\n"
    ),
    "a wait inside a bare except": (
        "import time\ndef softmax(logits):\n    while True:\n        try:\n            time.sleep(9)\n        except:\n            pass\n"
    ),
    "a wait inside two bare excepts": (
        "import time\ndef softmax(logits):\n    while True:\n        try:\n            try:\n                time.sleep(9)\n"
        "            except:\n                pass\n        except BaseException:\n            pass\n"
    ),
    "a wait that suppresses": (
        "import time, contextlib\ndef softmax(logits):\n    while True:\n"
        "        with contextlib.suppress(BaseException):\n            time.sleep(9)\n"
    ),
    "a wait": "import time\ndef softmax(logits):\n    time.sleep(99)\n",
    "a call in C that looks for signals": "import re\ndef softmax(logits):\n    return re.match('(a+)+b', 'a' * 50)\n",
    "a call in C that does not": "def softmax(logits):\n    return sum(range(4 * 10**7))\n",
    "a generator": "def softmax(logits):\n    def ones():\n        while True:\n            yield 1\n    return sum(ones())\n",
    "an exception that is swallowed at the end": (
        "import time\ndef softmax(logits):\n    try:\n        time.sleep(99)\n    except BaseException:\n        return logits\n"
    ),
    "an exception that is turned into another": (
        "import time\ndef softmax(logits):\n    try:\n        time.sleep(99)\n    except BaseException:\n        raise ValueError('no')\n"
    ),
    "a loop when it is deleted": (
        "class Odd:\n    def __del__(self):\n        while True:\n            pass\ndef softmax(logits):\n    Odd()\n    return logits\n"
    ),
    "a text of an exception": (
        "class Odd(Exception):\n    def __str__(self):\n        while True:\n            pass\ndef softmax(logits):\n    raise Odd\n"
    ),
    "a class that is asked for": (
        "class Odd:\n    @property\n    def __class__(self):\n        while True:\n            pass\n"
        "def softmax(logits):\n    return isinstance(Odd(), int)\n"
    ),
    "a text that is printed": (
        "class Odd:\n    def __repr__(self):\n        while True:\n            pass\ndef softmax(logits):\n    print(Odd())\n"
    ),
    "an object that answers for everything": (
        "class Odd:\n    def __getattr__(self, name):\n        while True:\n            pass\n"
        "    def __call__(self, logits): return logits\nsoftmax = Odd()\n"
    ),
    "an alarm of its own": (
        "import signal\ndef softmax(logits):\n    signal.signal(signal.SIGALRM, signal.SIG_IGN)\n    return logits * 1.0 / 0\n"
    ),
}
STOPPED = [name for name in ENDLESS if name != "an alarm of its own"]


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    return verdicts(ENDLESS, tmp_path_factory.mktemp("stopped"), seconds=0.25)


@pytest.mark.parametrize("name", STOPPED)
def test_what_never_ends_is_stopped(stopped: dict[str, dict[str, Any]], name: str) -> None:
    assert stopped[name]["kind"] == "time limit"
    assert "did not end within 0.25 s" in stopped[name]["message"]


@pytest.mark.parametrize("name", ENDLESS)
def test_the_next_check_works(stopped: dict[str, dict[str, Any]], name: str) -> None:
    assert stopped[name]["after"] == "passed"


def test_the_verdict_names_the_probe_the_line_and_the_loop(stopped: dict[str, dict[str, Any]]) -> None:
    lines = stopped["a wait inside a bare except"]["message"].splitlines()  # which is always found on the line that waits
    assert lines[:-1] == [
        "04.softmax · not yet",
        'It did not end within 0.25 s on "two rows of three scores", so it was stopped.',
        "It was in line 5:  time.sleep(9)",
        "in the loop of line 3:  while True:",
        "What makes the condition of this loop false?",
    ]


def test_a_wait_is_named_with_its_line(stopped: dict[str, dict[str, Any]]) -> None:
    assert "It was in line 3:  time.sleep(99)" in stopped["a wait"]["message"]


def test_the_verdict_is_at_most_six_lines_before_the_hint(stopped: dict[str, dict[str, Any]]) -> None:
    assert max(len(stopped[name]["finding"]) for name in STOPPED) <= 6
    assert "Traceback" not in "".join(stopped[name]["message"] for name in STOPPED)
    assert "learnkit" not in "".join(stopped[name]["message"] for name in STOPPED)


# Whole checks

NINE = """
problem = dataclasses.replace(get_problem("04.softmax"), seconds=1.0)
calls = []
def softmax(logits):
    calls.append(logits)
    {body}
found = verdict(problem, softmax)
print(len(calls), found.kind, found.message.splitlines()[1])
"""


def test_an_object_that_loops_when_it_is_deleted_is_stopped() -> None:
    source = """
from learnkit.checking.limits import limited
from learnkit.checking.observing import observe
from learnkit.problems.problem import Call, New
class Counter:
    def step(self): return 1
    def __del__(self):
        while True: pass
with limited(0.2):
    print([one.raised.type_name if one.raised else None for one in observe(Counter, [New("c"), Call(on="c", method="step")]).outcomes])
print(checked(RIGHT, 5, 1)["kind"])
"""
    done = child(source, seconds=30)
    assert (done.stdout, done.stderr) == ("[None, 'OutOfTime']\npassed\n", "")


def test_after_the_first_time_out_no_other_probe_is_tried() -> None:
    assert child(NINE.format(body="time.sleep(99)")).stdout.startswith("1 time limit")


def test_calls_that_are_slow_but_end_reach_the_limit_of_the_whole_check() -> None:
    done = child(NINE.format(body="time.sleep(0.7); return logits"))
    calls, kind, text = done.stdout.split(maxsplit=1)[0], "time limit" in done.stdout, done.stdout
    assert kind, text
    assert 2 <= int(calls) <= 5
    assert "did not end within 3 s" in text


def test_a_problem_that_declares_more_seconds_gets_them() -> None:
    source = NINE.replace("seconds=1.0", "seconds={seconds}").replace("{body}", "time.sleep(0.3 if len(calls) == 1 else 0); return logits")
    assert "time limit" in child(source.format(seconds=0.1)).stdout
    assert "input returned" in child(source.format(seconds=3)).stdout


# Ctrl-C and alarms of the learner

PRESSED = """
import os, signal, threading
def softmax(logits):
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
    while True:
        {body}
signal.signal(signal.SIGINT, signal.default_int_handler)  # a test run in the background would ignore it
before = signal.getsignal(signal.SIGINT)
try:
    verdict("04.softmax", softmax)
    print("went on")
except KeyboardInterrupt:
    print("stopped by hand", signal.getsignal(signal.SIGINT) is before, sys.stdout is sys.__stdout__, checked(RIGHT, 5, 1)["kind"])
"""
posix = pytest.mark.skipif(sys.platform == "win32", reason="needs signals of POSIX")


@posix
@pytest.mark.parametrize(
    "body",
    ["pass", "time.sleep(99)", "try: time.sleep(99)\n        except: pass", "try: np.exp(1)\n        except BaseException: pass"],
)
def test_ctrl_c_stops_a_check_even_where_the_answer_swallows_it(body: str) -> None:
    assert child(PRESSED.format(body=body), seconds=20).stdout == "stopped by hand True True passed\n"


def test_an_interrupt_that_the_answer_raises_is_a_finding() -> None:
    source = "found = checked('def softmax(logits):\\n    raise KeyboardInterrupt', 5, 1); print(found['kind'], found['message'])"
    done = child(source)
    assert done.stdout.startswith("raised")
    assert "the sign of Ctrl-C" in done.stdout


@posix
def test_ctrl_c_stops_a_check_that_looks_at_an_object_that_loops() -> None:
    source = PRESSED.format(body="pass").replace("try:\n    verdict", "{odd}\ntry:\n    verdict")
    odd = (
        "class Odd:\n    def __call__(self, x): return x\n    def __getattr__(self, name): return body(name)\n"
        "body, softmax = softmax, Odd()"
    )
    assert child(source.replace("{odd}", odd), seconds=20).stdout == "stopped by hand True True passed\n"


@posix
@pytest.mark.parametrize("handler", ["SIG_IGN", "SIG_DFL"])
def test_an_interrupt_is_the_answers_own_where_ctrl_c_raises_none(handler: str) -> None:
    setting = f"import signal\nsignal.signal(signal.SIGINT, signal.{handler})\n"
    done = child(
        setting + "print(checked('def softmax(logits):\\n    raise KeyboardInterrupt', 5, 1)['kind'], checked(RIGHT, 5, 2)['kind'])"
    )
    assert done.stdout == "raised passed\n"


ALARM = """
import signal
rung = []
signal.signal(signal.SIGALRM, lambda *_: rung.append(time.monotonic()))
begun = time.monotonic()
signal.setitimer(signal.ITIMER_REAL, 1.0, 0.5)
before = signal.getsignal(signal.SIGALRM)
kinds = [checked("def softmax(logits):\\n    while True: pass", 0.2, 1)["kind"], checked(RIGHT, 5, 2)["kind"]]
assert signal.getsignal(signal.SIGALRM) is before
assert not rung
while len(rung) < 2 and time.monotonic() < begun + 20: time.sleep(0.05)
print(kinds, len(rung), signal.getitimer(signal.ITIMER_REAL)[1])
"""


@posix
def test_an_alarm_that_the_learner_has_set_rings_after_the_check() -> None:
    assert child(ALARM).stdout == "['time limit', 'passed'] 2 0.5\n"


def test_an_alarm_that_the_answer_sets_ends_with_the_check() -> None:
    source = "import signal\nbefore = signal.getsignal(signal.SIGALRM), signal.getitimer(signal.ITIMER_REAL)\n"
    source += "checked('import signal\\ndef softmax(logits):\\n    signal.signal(signal.SIGALRM, print); signal.alarm(99)', 5, 1)\n"
    source += "print((signal.getsignal(signal.SIGALRM), signal.getitimer(signal.ITIMER_REAL)) == before)"
    assert child(source).stdout == "True\n"


# Where there is no interval timer


def test_in_another_thread_a_loop_is_stopped() -> None:
    source = f"import threading\ndef work(): print(checked({LOOP!r}, 0.2, 1)['kind'], checked(RIGHT, 5, 2)['kind'])\n"
    assert child(source + "thread = threading.Thread(target=work); thread.start(); thread.join()").stdout == "time limit passed\n"


def test_without_an_interval_timer_a_thread_stops_a_loop() -> None:
    source = "from learnkit.checking import limits\nlimits.has_alarm = lambda: False\n"
    assert child(source + f"print(checked({LOOP!r}, 0.2, 1)['kind'], checked(RIGHT, 5, 2)['kind'])").stdout == "time limit passed\n"


def test_where_only_ctrl_c_has_a_signal_it_stops_a_loop_and_is_told_from_the_keys() -> None:
    setting = "from learnkit.checking import limits\nlimits.has_alarm = lambda: False\nlimits.has_signal_of_ctrl_c = lambda: True\n"
    assert child(setting + f"print(checked({LOOP!r}, 0.2, 1)['kind'], checked(RIGHT, 5, 2)['kind'])").stdout == "time limit passed\n"
    assert child(setting + PRESSED.format(body="pass"), seconds=20).stdout == "stopped by hand True True passed\n"


def test_a_limit_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "has_alarm", lambda: False)
    monkeypatch.setattr(limits, "has_memory_limit", lambda: False)
    time_text, memory_text = limits.unavailable()
    assert "a call that waits only once it returns" in time_text
    assert "The memory of a check is not limited here" in memory_text
    monkeypatch.setattr(limits, "has_threads", lambda: False)
    assert "stopped by restarting the kernel" in limits.unavailable()[0]


def test_the_first_check_says_which_limit_is_not_there_and_the_next_does_not() -> None:
    source = "from learnkit.checking import check, limits\nlimits.has_memory_limit = lambda: False\nsoftmax = lambda logits: logits\n"
    source += "for _ in range(2): check(softmax, '04.softmax')\n"
    assert child(source).stdout.count("Note: the memory of a check is not limited here") == 1


# Memory

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of a process")
HOGS = {
    "one array": "def softmax(logits):\n    return np.zeros((10**6, 10**6))\n",
    "many arrays": "def softmax(logits):\n    kept = []\n    while True:\n        kept.append(np.empty(10**7))\n",
    "a bare except": ("def softmax(logits):\n    try: return np.zeros((10**6, 10**6))\n    except: return np.empty((10**7, 10**3))\n"),
    "a list": "def softmax(logits):\n    return [0.0] * 10**10\n",
    "a text": "def softmax(logits):\n    print('x' * 10**11)\n",
}


@linux
def test_a_memory_hog_is_refused_in_words(tmp_path: Path) -> None:
    found = verdicts(HOGS, tmp_path, seconds=5)
    assert {name: (one["kind"], one["after"]) for name, one in found.items()} == dict.fromkeys(HOGS, ("memory", "passed"))
    lines = found["one array"]["message"].splitlines()
    assert lines[1].startswith("It asked for more memory than a check may take (")
    assert lines[1].endswith('GiB) on "two rows of three scores".')
    assert lines[2] == "That was in line 2:  return np.zeros((10**6, 10**6))"
    assert lines[3] == "An array of shape (1000000, 1000000) takes 7.28 TiB. Which axes should it have?"
    assert "What grows with each round of this loop?" in found["many arrays"]["message"]


@linux
def test_tensors_that_are_too_large_are_refused_too() -> None:
    done = child("import torch\nprint(checked('import torch\\ndef softmax(logits): return torch.empty(10**12)', 5, 1)['kind'])")
    assert done.stdout == "memory\n"


@linux
def test_the_limit_of_the_process_is_as_before() -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_AS)
    with memory_limits.limited_memory() as allowed:
        assert allowed is not None
        assert before != resource.getrlimit(resource.RLIMIT_AS)
    assert resource.getrlimit(resource.RLIMIT_AS) == before


def test_a_container_that_has_little_left_allows_little(tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text("1000000000\n")
    (tmp_path / "memory.current").write_text("400000000\n")
    assert memory_limits._available_in_container(str(tmp_path)) == 600_000_000
    (tmp_path / "memory.max").write_text("max\n")
    assert memory_limits._available_in_container(str(tmp_path)) is None
    assert memory_limits._available_in_container(str(tmp_path / "none")) is None


# Recursion


def test_recursion_without_end_is_told_whatever_the_answer_allows_itself(tmp_path: Path) -> None:
    answers = {
        "plain": "def softmax(logits): return softmax(logits)\n",
        "with another limit": "import sys\ndef softmax(logits):\n    sys.setrecursionlimit(10**9)\n    return softmax(logits)\n",
        "through C": ("import sys\ndef softmax(logits):\n    sys.setrecursionlimit(10**9)\n    return sorted([logits], key=softmax)\n"),
    }
    for found in verdicts(answers, tmp_path, seconds=5).values():
        assert found["kind"] == "raised"
        assert "It calls itself without end" in found["message"]
        assert found["after"] == "passed"


# The pieces


def test_without_a_check_there_is_no_limit() -> None:
    assert under_limits(lambda: 3) == 3


def test_a_check_inside_a_check_is_under_the_limits_of_the_outer_one() -> None:
    source = "import time\nfrom learnkit.checking import verdict\n"
    source += "def softmax(logits):\n    verdict('04.softmax', lambda z: time.sleep(99))\n"
    assert child(f"print(checked({source!r}, 0.3, 1)['kind'], checked(RIGHT, 5, 2)['kind'])").stdout == "time limit passed\n"


def test_a_limit_ends_with_its_block() -> None:
    timer = signal.getitimer(signal.ITIMER_REAL)
    with limited(5) as outer, limited(1) as inner:
        assert inner is outer
    with limited(5) as other:
        assert other is not outer
    assert abs(signal.getitimer(signal.ITIMER_REAL)[0] - timer[0]) < 60
    assert not [thread for thread in threading.enumerate() if thread.name == "learnkit-limit"]


def test_what_ends_in_time_gives_its_value_or_its_exception() -> None:
    with limited(5):
        assert under_limits(lambda: 3) == 3
        with pytest.raises(ZeroDivisionError):
            under_limits(lambda: 1 // 0)


def test_a_check_that_is_out_of_time_runs_nothing_more() -> None:
    ran = []
    with limited(0.01):
        time.sleep(0.05)
        with pytest.raises(OutOfTime, match=r"0\.03 s"):
            under_limits(lambda: ran.append(1))
    assert not ran


def test_only_what_runs_below_the_limit_is_interrupted() -> None:
    """A clock that rings when the learner's code has just ended must not raise in ours."""
    with limited(5) as limit:
        assert under_limits(lambda: limit._interrupt(limit._guard)) is None
        limit._interrupt(sys._getframe())
        with pytest.raises(OutOfTime):
            under_limits(lambda: limit._interrupt(sys._getframe()))


def test_the_last_call_of_a_check_gets_what_is_left_of_its_time() -> None:
    with limited(0.4):
        time.sleep(1.0)
        with pytest.raises(OutOfTime, match=r"1\.2 s"):  # its own limit would end it after 0.4 s, and say so
            under_limits(lambda: time.sleep(0.3))


# Files and kernels


def test_a_file_gets_the_same_verdict(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(f"import numpy as np\n{LOOP}")
    (found,) = [one for one in check_file(path) if one.id == "04.softmax"]
    assert found.kind == "time limit"
    assert "total" in found.message


def test_a_file_whose_answer_cannot_be_interrupted_is_ended_from_outside(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("import numpy as np\ndef softmax(logits):\n    return sum(range(10**12))\n")
    (found,) = check_file(path, seconds=2)
    assert (found.kind, "did not end within 2 s" in found.message) == ("time limit", True)
