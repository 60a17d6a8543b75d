"""In a real kernel: what is stopped leaves the kernel alive, and what the learner presses or writes reaches it."""

import queue
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from child_checks import ROOT

pytest.importorskip("ipykernel")
from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import KernelManager

IMPORTS = "import time, sys, signal\nimport numpy as np\nfrom learnkit.checking import check\n"
RIGHT = (
    "def softmax(logits):\n    e = np.exp(logits - logits.max(1, keepdims=True))\n    return e / e.sum(1, keepdims=True)\ncheck(softmax)"
)
FEW_SECONDS = "from learnkit.checking import limits\nlimits.SECONDS = 0.5\n"


class ThisEnvironment(KernelSpecManager):
    """Finds the kernel of the Python that runs the tests, whatever kernels the user has registered."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        return KernelSpec(resource_dir="", **get_kernel_dict())


class Shell:
    """A kernel that runs cells."""

    def __init__(self, manager: KernelManager, client: BlockingKernelClient) -> None:
        self.manager, self.client = manager, client

    def begin(self, source: str) -> str:
        return str(self.client.execute(source, allow_stdin=False))

    def end(self, cell: str, *, seconds: float = 60) -> tuple[str, str]:
        """Return what a cell showed as text, and the name of the exception that ended it."""
        shown, raised, until = "", "", time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                message: Any = self.client.get_iopub_msg(timeout=1)
            except queue.Empty:
                assert self.manager.is_alive(), f"the kernel is dead after showing {shown!r}"
                continue
            if message["parent_header"].get("msg_id") != cell:
                continue
            content = message["content"]
            if message["msg_type"] in ("display_data", "execute_result"):
                shown += content["data"].get("text/plain", "") + "\n"
            elif message["msg_type"] == "stream":
                shown += content["text"]
            elif message["msg_type"] == "error":
                raised = content["ename"]
            elif message["msg_type"] == "status" and content["execution_state"] == "idle":
                return shown, raised
        raise AssertionError(f"the cell did not end within {seconds} s; it showed {shown!r}")

    def run(self, source: str) -> tuple[str, str]:
        return self.end(self.begin(source))


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    import os

    folder = tmp_path_factory.mktemp("kernel")
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    environment = {**os.environ, **threads, "PYTHONPATH": str(ROOT), "LEARNKIT_HOME": str(folder), "IPYTHONDIR": str(folder)}
    manager = KernelManager(kernel_spec_manager=ThisEnvironment())
    manager.start_kernel(env=environment, cwd=str(folder))
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        made = Shell(manager, client)
        assert made.run(IMPORTS + FEW_SECONDS) == ("", "")
        yield made
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        manager.cleanup_resources()


@pytest.mark.parametrize(
    "body",
    [
        "while True: pass",
        "while True:\n        try: np.exp(logits)\n        except: pass",
        "while True:\n        try: time.sleep(9)\n        except BaseException: pass",
        "return sum(range(3 * 10**8))",
    ],
    ids=["loop", "bare except", "wait", "call in C"],
)
def test_an_endless_answer_is_stopped_and_the_kernel_goes_on(shell: Shell, body: str) -> None:
    shown, raised = shell.run(f"def softmax(logits):\n    {body}\ncheck(softmax)")
    assert "did not end within 0.5 s" in shown
    assert raised == ""
    assert "passed (9 of 9 probes)" in shell.run(RIGHT)[0]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of a process")
def test_a_memory_hog_is_refused_and_the_kernel_goes_on(shell: Shell) -> None:
    shown, raised = shell.run("def softmax(logits):\n    return np.zeros((10**6, 10**6))\ncheck(softmax)")
    assert "It asked for more memory than a check may take" in shown
    assert raised == ""
    assert "passed (9 of 9 probes)" in shell.run(RIGHT)[0]


def test_the_interrupt_button_stops_a_check(shell: Shell) -> None:
    slow = "limits.SECONDS = 60\ndef softmax(logits):\n    print('begun', file=sys.__stderr__, flush=True)\n    while True:\n"
    cell = shell.begin(slow + "        try: time.sleep(9)\n        except: pass\ncheck(softmax)")
    time.sleep(1)
    shell.manager.interrupt_kernel()
    _, raised = shell.end(cell)
    assert raised == "KeyboardInterrupt"
    assert shell.run("limits.SECONDS = 0.5\nprint(signal.getsignal(signal.SIGINT) is signal.default_int_handler)") == ("True\n", "")
    assert "passed (9 of 9 probes)" in shell.run(RIGHT)[0]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("exit()", "An answer gives its value back with return"),
        ("quit()", "An answer gives its value back with return"),
        ("sys.exit()", "An answer gives its value back with return"),
        ("return float(input('a number? '))", "during a check nobody is asked"),
        ("breakpoint(); return logits", "It returns its input"),
        ("sys.stdout.close(); print('x'); return logits", "It returns its input"),
        ("np.exp = np.log; return logits", "np.exp was replaced; that is undone"),
        ("raise KeyboardInterrupt", "the sign of Ctrl-C"),
    ],
)
def test_an_odd_answer_gets_its_verdict_and_the_kernel_goes_on(shell: Shell, body: str, words: str) -> None:
    shown, raised = shell.run(f"def softmax(logits):\n    {body}\ncheck(softmax)")
    assert words in shown
    assert raised == ""
    shown, raised = shell.run(RIGHT)
    assert "passed (9 of 9 probes)" in shown
    assert "replaced" not in shown


def test_figures_of_an_answer_are_not_shown(shell: Shell) -> None:
    pytest.importorskip("matplotlib_inline")
    source = (
        "%matplotlib inline\nimport matplotlib.pyplot as plt\ndef softmax(logits):\n    plt.plot([1, 2]); plt.show()\n    return logits\n"
    )
    shown, raised = shell.run(source + "check(softmax)")
    assert ("Figure" in shown, raised) == (False, "")
    assert "Figure" in shell.run("plt.plot([1, 2]); plt.show()")[0]


def test_what_replaces_its_own_input_function_finds_it_again(shell: Shell) -> None:
    assert shell.run("import builtins\nbefore = builtins.input, sys.stdin\n" + RIGHT)[1] == ""
    assert shell.run("print(sys.stdin is before[1], builtins.input.__name__)") == ("True raw_input\n", "")
