"""Odd and hostile answers get the verdict that their values deserve, and leave nothing behind."""

import json
import re
from typing import Any

import pytest
from child_checks import child, verdicts

from learnkit.checking.capturing import MOST_PRINTED, Printed

RIGHT = """
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    result = powers / powers.sum(axis=1, keepdims=True)
    return {value}
"""


def right(value: str = "result", *, before: str = "pass", outside: str = "") -> str:
    """Return an answer whose numbers are right."""
    return f"{outside}\ndef softmax(logits):\n    {before}{RIGHT.format(value=value)}"


def made(method: str, answer: str) -> str:
    """Return an answer whose numbers are right, reached through a class."""
    return right().replace("def softmax", "def body") + f"class Made:\n    {method}\nsoftmax = {answer}\n"


LIES = "numpy.testing.assert_allclose = numpy.testing.assert_array_equal = np.array_equal = np.allclose = lambda *_, **__: True"
STRANGE = """
class Strange:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __abs__(self): return 0.0
    def __sub__(self, other): return 0.0
    __rsub__ = __le__ = __lt__ = __sub__
    __hash__ = None
"""
RAISING = """
class Raising:
    def _no(self, *_): raise RuntimeError("looked at")
    __getattr__ = __eq__ = __len__ = __repr__ = __str__ = __bool__ = __float__ = __array__ = __iter__ = _no
    __hash__ = None
"""
YES = "class Yes(np.ndarray):\n    def {name}(self, *_, **__): return np.True_"

# name: (the answer, the kind of the verdict, words of the message)
ANSWERS: dict[str, tuple[str, str, str]] = {
    # NumPy and Python replaced in the call; a wrong answer that would be right by its own NumPy, and a right one
    "lies about equality": (f"import numpy.testing\ndef softmax(logits):\n    {LIES}\n    return logits * 0.5", "numbers", ""),
    "replaces what compares": (
        "def softmax(logits):\n    np.abs = np.isfinite = np.isnan = lambda x: np.zeros_like(x)\n"
        "    np.all = np.any = lambda *_: True\n    np.where = lambda *_: np.True_\n    return logits * 0.5",
        "numbers",
        "",
    ),
    "replaces np.exp and is right": (right(before="np.exp, np.log = np.exp, np.sin"), "passed", "np.log was replaced; that is undone"),
    "replaces what Python has": (
        right(before="import builtins; builtins.len = builtins.isinstance = builtins.all = builtins.zip = lambda *_: True"),
        "passed",
        "all and 3 more were replaced",
    ),
    "replaces what Python has and raises": (
        "import builtins\ndef softmax(logits):\n    builtins.issubclass = builtins.str = lambda *_: True\n    raise ValueError('mine')",
        "raised",
        "ValueError on every probe: mine",
    ),
    "replaces what makes arrays": (
        "def softmax(logits):\n    right = np.full(logits.shape, 1 / 3)\n"
        "    np.array = np.asarray = lambda *_, **__: right\n    return logits * 0.5",
        "numbers",
        "",
    ),
    # printing
    "prints megabytes": (right(before="[print('x' * 10**6) for _ in range(20)]"), "passed", "it also prints"),
    "replaces stdout": (right(before="import sys, io; sys.stdout = io.StringIO(); print('x')"), "passed", ""),
    "closes stdout": (right(before="import sys; sys.stdout.close(); sys.stderr.close()"), "passed", ""),
    "writes to None": ("import sys\ndef softmax(logits):\n    sys.stdout = None\n    print('x')\n    return logits", "input returned", ""),
    # values
    "a view of its input": ("def softmax(logits): return logits[:, ::-1]", "numbers", ""),
    "a read-only array": (right("np.broadcast_to(result, result.shape)"), "passed", ""),
    "an iterator": (right("iter(result)"), "type", "an object of type"),
    "an endless generator": ("import itertools\ndef softmax(logits): return itertools.count()", "type", "an object of type count"),
    "an array without memory": ("def softmax(logits): return np.broadcast_to(1.0, (10**6, 10**6))", "type", "1,000,000,000,000 entries"),
    "an object array": (right("result.astype(object)"), "type", "ndarray of object"),
    "a list that holds itself": ("def softmax(logits):\n    a = [logits]\n    a.append(a)\n    return a", "type", "a list of 2 values"),
    "a list that holds a loop of lists": ("def softmax(logits):\n    a = []\n    a += [a] * 9\n    return a", "type", "a list of 9 values"),
    "a dictionary of odd keys": ("def softmax(logits): return {logits.shape: logits}", "type", "type dict"),
    "equal to everything": (STRANGE + "def softmax(logits): return Strange()", "type", "an object of type Strange"),
    "an array of what equals everything": (
        STRANGE + "def softmax(logits):\n    a = np.empty(logits.shape, object)\n    a[:] = Strange()\n    return a",
        "type",
        "ndarray of object",
    ),
    "raises when looked at": (RAISING + "def softmax(logits): return Raising()", "type", "an object of type Raising"),
    "says it is an array": (
        right("Odd()", outside="class Odd:\n    __class__ = np.ndarray\n    def __array__(self, *_, **__): return 1 / 0"),
        "type",
        "an object of type Odd",
    ),
    "its class raises": (
        "class Odd:\n    @property\n    def __class__(self): raise RuntimeError\ndef softmax(logits): return Odd()",
        "type",
        "an object of type Odd",
    ),
    "a number that says it is another": (
        "class Odd(float):\n    def __array__(self, *_, **__): return np.full((2, 3), 1 / 3)\n    def __float__(self): return 9.0\n"
        "def softmax(logits): return Odd(7)",
        "constant",
        "it returns 7",
    ),
    "a tuple that says it is another": (
        "from typing import NamedTuple\nclass Two(NamedTuple):\n    a: object\n    b: object\n"
        "class Odd(Two):\n    def __iter__(self): raise RuntimeError\n    __len__ = __getitem__ = __iter__\n"
        "def softmax(logits): return Odd(logits, 1)",
        "type",
        "a tuple of 2 values",
    ),
    **{
        f"an array whose {name} lies": (YES.format(name=name) + "\ndef softmax(logits): return (logits * 0.5).view(Yes)", "numbers", "")
        for name in ("__eq__", "__le__", "__array_function__", "__sub__", "copy")
    },
    "an array that lies by __array_ufunc__": (
        "class Yes(np.ndarray):\n    def __array_ufunc__(self, *_, **__): return np.True_\n"
        "    def __array_finalize__(self, other): pass\ndef softmax(logits): return (logits + 1).view(Yes)",
        "numbers",
        "",
    ),
    "an array that raises when finalized": (
        "class Odd(np.ndarray):\n    def __array_finalize__(self, other):\n        if type(other) is Odd: raise RuntimeError\n"
        + right("result.view(Odd)"),
        "passed",
        "",
    ),
    "a matrix": (right("np.matrix(result)").replace("def soft", "import warnings\ndef soft"), "passed", ""),
    # exceptions
    "asks to exit": ("import sys\ndef softmax(logits): sys.exit(3)", "raised", "An answer gives its value back"),
    "calls exit": ("def softmax(logits): exit()", "raised", "An answer gives its value back"),
    "interrupts itself": ("def softmax(logits): raise KeyboardInterrupt", "raised", "the sign of Ctrl-C"),
    "ends as a generator does": ("def softmax(logits): raise GeneratorExit", "raised", "It raised GeneratorExit"),
    "raises its own": ("class Own(BaseException): pass\ndef softmax(logits): raise Own('mine')", "raised", "Own on every probe: mine"),
    "raises what has no text": (
        "class Own(Exception):\n    def __str__(self): raise SystemExit\ndef softmax(logits): raise Own",
        "raised",
        "It raised Own on every probe",
    ),
    "raises what cannot be touched": (
        "class Own(Exception):\n    def __getattribute__(self, *_): raise RuntimeError\n    __setattr__ = __getattribute__\n"
        "def softmax(logits): raise Own",
        "raised",
        "It raised Own",
    ),
    "raises a strange text": (
        "class Text(str):\n    def __getitem__(self, _): raise RuntimeError\n    strip = __iter__ = __getitem__\n"
        "class Own(Exception):\n    def __str__(self): return Text('mine')\ndef softmax(logits): raise Own",
        "raised",
        "Own on every probe: mine",
    ),
    # settings
    "turns warnings into errors": (
        right(before="import warnings; warnings.simplefilter('error'); np.seterr(divide='raise')"),
        "passed",
        "",
    ),
    "changes the session": (
        right(
            before="import os, sys, random; os.chdir('/'); sys.path.clear(); np.seterr(divide='raise'); random.seed(1); np.random.seed(1); "
            "sys.setrecursionlimit(2000); np.set_printoptions(precision=1)"
        ),
        "passed",
        "",
    ),
    "starts a thread": (
        right(before="import threading, time; threading.Thread(target=time.sleep, args=(9,), daemon=True).start()"),
        "passed",
        "started a thread",
    ),
    "asks": ("def softmax(logits): return float(input('a number? '))", "raised", "during a check nobody is asked"),
    "reads": ("import sys\ndef softmax(logits): return sys.stdin.read()", "raised", "during a check nobody is asked"),
    "opens a debugger": (right(before="breakpoint()"), "passed", ""),
    "shows a figure": (
        right(before="import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.show()", outside="import matplotlib; matplotlib.use('agg')"),
        "passed",
        "",
    ),
    # kinds of functions
    "async": ("async def softmax(logits): return logits", "type", "begin it with def"),
    "an object that is called": (made("def __call__(self, logits): return body(logits)", "Made()"), "passed", ""),
    "a bound method": (made("def method(self, logits): return body(logits)", "Made().method"), "passed", ""),
    "a class method": (made("@classmethod\n    def method(cls, logits): return body(logits)", "Made.method"), "passed", ""),
    "partial": (
        right().replace("softmax(logits)", "body(power, logits)") + "import functools\nsoftmax = functools.partial(body, 2)\n",
        "passed",
        "",
    ),
    "a lambda": (right().replace("def softmax", "def body") + "softmax = lambda logits: body(logits)\n", "passed", ""),
    "decorated": (
        "import functools\ndef same(function):\n    @functools.wraps(function)\n"
        "    def inner(*a, **k): return function(*a, **k)\n    return inner\n@same"
        + right(),
        "passed",
        "",
    ),
    "cached": ("import functools\n@functools.lru_cache" + right(), "raised", "unhashable"),
    "says that it wraps itself": (right() + "softmax.__wrapped__ = softmax\n", "passed", ""),
    "too few parameters": ("def softmax(): return 1", "raised", "The parameters are not those"),
    "too many parameters": ("def softmax(logits, axis, keepdims): return 1", "raised", "The parameters are not those"),
    "an object that raises when looked at": (
        RAISING + "    __call__ = lambda self, x: x\nsoftmax = Raising()",
        "type",
        "raises RuntimeError when one looks at it",
    ),
    "a result": ("softmax = np.ones((2, 3))", "type", "Hand over the function itself, without parentheses: check(softmax)."),
    "a module": ("import math as softmax", "type", "softmax is a module"),
}  # fmt: skip


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    return verdicts({name: answer for name, (answer, _, _) in ANSWERS.items()}, tmp_path_factory.mktemp("hostile"), seconds=5)


@pytest.mark.parametrize("name", ANSWERS)
def test_an_odd_answer_gets_the_verdict_it_deserves(found: dict[str, dict[str, Any]], name: str) -> None:
    _, kind, words = ANSWERS[name]
    assert found[name]["kind"] == kind, found[name]["message"]
    assert words in found[name]["message"]


@pytest.mark.parametrize("name", ANSWERS)
def test_a_right_answer_passes_after_an_odd_one(found: dict[str, dict[str, Any]], name: str) -> None:
    assert found[name]["after"] == "passed"


def test_an_odd_answer_is_told_without_traceback_and_without_us(found: dict[str, dict[str, Any]]) -> None:
    text = "\n".join(one["message"] for one in found.values())
    assert "Traceback" not in text
    assert not re.search(r"learnkit|observing|restoring", text)


LEFT = """
import os, random, sys, threading, builtins, warnings
def state():
    np_state = np.random.get_state()
    return [os.getcwd(), list(sys.path), random.getstate(), np_state[1].tolist(), np.geterr(), np.get_printoptions(),
            sys.getrecursionlimit(), list(warnings.filters), id(sys.stdin), id(sys.stdout), id(sys.stderr), id(builtins.input),
            id(sys.breakpointhook), id(sys.setrecursionlimit), id(len), sys.gettrace(),
            [id(vars(np)[n]) for n in sorted(vars(np)) if n in ORDINARY]]
ORDINARY = {name for name in vars(np) if name[0] != "_"}
before = state()
problem = dataclasses.replace(get_problem("04.softmax"), seconds=0.5)
for number, source in enumerate(json.loads(sys.argv[1])):
    function = defined(source, "softmax", number)
    before = state()
    verdict(problem, function)
    after = state()
    if after != before:
        print(source, [place for place, (one, other) in enumerate(zip(before, after)) if one != other])
print("done")
"""


def test_nothing_is_left_behind() -> None:
    sources = [answer for name, (answer, _, _) in ANSWERS.items() if "matplotlib" not in answer]
    sources.append(
        "def softmax(logits):\n    np.seterr(all='raise'); np.random.seed(0)\n    while True:\n        try: np.exp(1)\n        except: pass"
    )
    done = child(LEFT, json.dumps(sources))
    assert done.stdout == "done\n", done.stderr


# What a cell has replaced before the check

BEFORE = """
own = np.exp
np.exp = lambda x: np.ones_like(x)
np.pi = 3.0
print(json.dumps([checked(RIGHT, 5, 1), checked(WRONG, 5, 2), np.exp is not own, np.pi]))
"""
WRONG = "WRONG = 'def softmax(logits): return np.ones_like(logits) / np.ones_like(logits).sum(axis=1, keepdims=True)'\n"


def test_a_cell_that_replaced_numpy_changes_no_verdict_and_is_told() -> None:
    right_one, wrong_one, still_theirs, pi = json.loads(child(WRONG + BEFORE).stdout)
    assert right_one["kind"] == "passed"
    assert right_one["notes"] == [
        "Note: np.exp and 1 more were replaced in this session; the check used the original. Restart the kernel to have it back."
    ]
    assert wrong_one["kind"] != "passed"
    assert (still_theirs, pi) == (True, 3.0)


def test_a_tensor_that_lies_is_judged_by_its_numbers() -> None:
    pytest.importorskip("torch")
    source = """
import torch
class Yes(torch.Tensor):
    @classmethod
    def __torch_function__(cls, *_, **__): return torch.full((2, 3), 1 / 3)
    def detach(self): return torch.full((2, 3), 1 / 3)
def softmax(logits):
    torch.Tensor.detach = torch.Tensor.cpu = lambda self: 1 / 0
    torch.allclose = lambda *_, **__: True
    return (logits * 0.5).as_subclass(Yes)
"""
    text = f"import torch\nbefore = torch.Tensor.detach\nfound = checked({source!r}, 5, 1)\n"
    done = child(text + "print(found['kind'], torch.Tensor.detach is before, found['notes'])")
    assert not done.stdout.startswith("passed"), done.stderr
    assert "True ['Note: while it ran torch." in done.stdout, done.stderr


@pytest.mark.parametrize("form", ["functools.partial(body, 2)", "Made()", "Made().method"])
def test_a_function_in_another_form_is_read_as_the_function_is(form: str) -> None:
    """Only code that is read is seen to speak PyTorch, and is given tensors."""
    pytest.importorskip("torch")
    source = (
        "import functools, torch\ndef body(power, logits):\n    e = torch.exp(logits - logits.max(1, keepdim=True).values)\n"
        "    return e / e.sum(1, keepdim=True)\nclass Made:\n    method = body\n"
        f"    def __call__(self, logits): return body(2, logits)\nsoftmax = {form}\n"
    )
    assert child(f"print(checked({source!r}, 5, 1)['kind'])").stdout == "passed\n"


# What is printed


def test_no_text_that_is_printed_fills_the_memory() -> None:
    stream = Printed()
    for text in ("", "x", "y" * 10**6):
        for _ in range(1000):
            stream.write(text)
    assert sum(map(len, stream.kept)) == MOST_PRINTED
    assert len(stream.kept) == 1001


# The command


def test_check_takes_what_is_no_function_without_a_traceback() -> None:
    source = RAISING + "from learnkit.checking import check\nfor thing in (Raising(), None, 3, np.ones(3), 'softmax'):\n    check(thing)\n"
    done = child(source)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("check takes the function you wrote") == 5


def test_a_question_that_is_answered_by_a_strange_object_gets_a_verdict() -> None:
    source = RAISING + "class Loops:\n    def __float__(self):\n        while True: pass\n"
    source += "from learnkit.checking import limits\nlimits.SECONDS = 0.2\nfrom learnkit.problems import all_questions, Question\n"
    source += "from learnkit.problems.questions import NumberQuestion\n"
    source += "question = next(one for one in all_questions() if isinstance(one, NumberQuestion))\n"
    source += "print(verdict(question, Raising()).kind, verdict(question, Loops()).kind)"
    assert child(source).stdout == "type time limit\n"
