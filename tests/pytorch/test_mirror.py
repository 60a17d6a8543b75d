"""The two trees have the same files, names, parameters and defaults, but for what `one_sided` lists with a reason."""

import inspect
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import mirrors
import one_sided
import pytest

from learnkit import pytorch, reference

FOLDERS = [Path(package.__file__).parent for package in (reference, pytorch)]
INITS = [(folder / "__init__.py").read_text(encoding="utf-8") for folder in FOLDERS]
COMMON = [name for name in reference.__all__ if name in pytorch.__all__]
CLASSES = [name for name in COMMON if inspect.isclass(getattr(reference, name))]

# one object of each class that both trees have
OBJECTS = {
    "Standardizer": lambda lk: lk.Standardizer(),
    "Imputer": lambda lk: lk.Imputer(),
    "CategoryEncoder": lambda lk: lk.CategoryEncoder().fit(["a"]),
    "Vocabulary": lambda lk: lk.Vocabulary([]),
    "Batches": lambda lk: lk.Batches(lk.tensor([[1.0]]), lk.tensor([0]), batch_size=1, seed=0),
    "EarlyStopping": lambda lk: lk.EarlyStopping(),
    "PlateauStep": lambda lk: lk.PlateauStep(lk.ReduceOnPlateau(lk.SGD(lk.Linear(2, 3, rng=lk.rng(0)).parameters()))),
    "ClipGradients": lambda lk: lk.ClipGradients(lk.clip_grad_norm, 1.0),
    "AverageWeights": lambda lk: lk.AverageWeights(lk.EMA(lk.Linear(2, 3, rng=lk.rng(0)).parameters())),
    "CSVLogger": lambda lk: lk.CSVLogger("run.csv"),
    "TensorBoard": lambda lk: lk.TensorBoard("run"),
    "ProgressBar": lambda lk: lk.ProgressBar(),
    "Checkpoint": lambda lk: lk.Checkpoint("folder"),
    "Module": lambda lk: type("Plain", (lk.Module,), {"__call__": lambda self, x: x})(),
    "Sequential": lambda lk: lk.Sequential(),
    "Residual": lambda lk: lk.Residual(lk.ReLU()),
    "Linear": lambda lk: lk.Linear(2, 3, rng=lk.rng(0)),
    "Sigmoid": lambda lk: lk.Sigmoid(),
    "Tanh": lambda lk: lk.Tanh(),
    "ReLU": lambda lk: lk.ReLU(),
    "LeakyReLU": lambda lk: lk.LeakyReLU(),
    "GELU": lambda lk: lk.GELU(),
    "Dropout": lambda lk: lk.Dropout(),
    "BatchNorm1d": lambda lk: lk.BatchNorm1d(3),
    "LayerNorm": lambda lk: lk.LayerNorm(3),
    "RMSNorm": lambda lk: lk.RMSNorm(3),
    "LoRALinear": lambda lk: lk.LoRALinear(lk.Linear(2, 3, rng=lk.rng(0)), 1),
    "Tensor": lambda lk: lk.tensor([[1.0]]),
    "Parameter": lambda lk: lk.Linear(2, 3, rng=lk.rng(0)).weight,
    "Node": lambda lk: (lk.tensor([1.0], requires_grad=True) * 2.0).grad_fn,
    **{
        name: lambda lk, name=name: getattr(lk, name)(lk.Linear(2, 3, rng=lk.rng(0)).parameters())
        for name in ("SGD", "Adagrad", "RMSprop", "Adam", "AdamW", "NAdam", "EMA")
    },
    "Scheduler": lambda lk: lk.Scheduler(lk.SGD(lk.Linear(2, 3, rng=lk.rng(0)).parameters()), lk.constant_rate),
    "ReduceOnPlateau": lambda lk: lk.ReduceOnPlateau(lk.SGD(lk.Linear(2, 3, rng=lk.rng(0)).parameters())),
}


def test_both_trees_have_the_same_files() -> None:
    assert mirrors.file_problems(*map(mirrors.sources, FOLDERS)) == []


def test_both_trees_have_the_same_names_in_the_same_order() -> None:
    assert mirrors.name_problems(reference.__all__, pytorch.__all__, one_sided.NAMES) == []


def test_each_name_comes_from_the_same_module_in_both_trees() -> None:
    assert mirrors.place_problems(*INITS, one_sided.NAMES) == []


def test_the_names_are_under_the_same_lessons_in_both_trees() -> None:
    ours, theirs = (mirrors.lessons(source, one_sided.NAMES) for source in INITS)
    assert ours == theirs


@pytest.mark.parametrize("package", [reference, pytorch], ids=["reference", "pytorch"])
def test_every_public_name_exists(package: Any) -> None:
    assert [name for name in package.__all__ if not hasattr(package, name)] == []


@pytest.mark.parametrize("name", [name for name in COMMON if name not in one_sided.CONSTRUCTORS])
def test_parameters_are_the_same(name: str) -> None:
    assert mirrors.signature_problems(name, getattr(reference, name), getattr(pytorch, name)) == []


@pytest.mark.parametrize("name", one_sided.CONSTRUCTORS)
def test_the_exception_for_a_constructor_is_not_stale(name: str) -> None:
    assert name in COMMON
    try:
        problems = mirrors.signature_problems(name, getattr(reference, name), getattr(pytorch, name))
    except ValueError:  # a constructor in C, without a signature
        return
    assert problems, f"the constructors of {name} agree; remove the exception"


@pytest.mark.parametrize("name", CLASSES)
def test_the_twin_of_a_class_has_its_attributes(name: str) -> None:
    ours, theirs = OBJECTS[name](reference), OBJECTS[name](pytorch)
    assert isinstance(ours, getattr(reference, name))
    assert isinstance(theirs, getattr(pytorch, name))
    assert mirrors.attribute_problems(name, ours, theirs, one_sided.ATTRIBUTES) == []


def test_every_class_with_an_exception_or_an_object_is_in_both_trees() -> None:
    assert set(OBJECTS) == set(CLASSES)
    assert {key.partition(".")[0] for key in one_sided.ATTRIBUTES} <= set(CLASSES)


def test_every_exception_has_a_reason() -> None:
    tables = [one_sided.NAMES, one_sided.ATTRIBUTES, one_sided.CONSTRUCTORS]
    assert [name for table in tables for name, reason in table.items() if len(reason) < 20 and "()" not in reason] == []


# The checks themselves: each rejects a bad pair.


def test_a_missing_file_and_one_without_a_twin_are_found() -> None:
    assert mirrors.file_problems(["a.py", "b.py"], ["b.py", "c.py"]) == ["a.py is missing", "c.py has no twin"]


@pytest.mark.parametrize(
    ("ours", "theirs", "exceptions", "problem"),
    [
        (["a", "b"], ["a"], {}, "b is in the reference alone"),
        (["a"], ["a", "b"], {}, "b is in the twin alone"),
        (["a", "b"], ["b", "a"], {}, "the order differs"),
        (["a"], ["a"], {"a": "why"}, "the exception for a is stale"),
        (["a"], ["a"], {"gone": "why"}, "the exception for gone is stale"),
        (["a", "a"], ["a"], {}, "a is listed twice"),
    ],
)
def test_names_that_differ_are_found(ours: list[str], theirs: list[str], exceptions: dict[str, str], problem: str) -> None:
    assert problem in mirrors.name_problems(ours, theirs, exceptions)


def test_an_exception_with_a_reason_is_accepted() -> None:
    assert mirrors.name_problems(["a", "op", "b"], ["a", "b"], {"op": "why"}) == []


def test_a_name_from_another_module_is_found() -> None:
    problems = mirrors.place_problems("from learnkit.reference.losses import mse", "from learnkit.pytorch.metrics import mse", {})
    assert problems == ["mse comes from losses in the reference and from metrics in the twin"]


def test_a_name_under_another_lesson_is_found() -> None:
    text = '# in the order of the lessons\n__all__ = [\n    # 01 arrays\n    "rng",\n    # 02 data\n    "op",\n    "device",\n]\n'
    moved = text.replace('    "device",\n', "").replace("    # 02", '    "device",\n    # 02')
    assert mirrors.lessons(text, {"op": "why"}) == ["# 01 arrays", "rng", "# 02 data", "device"]
    assert mirrors.lessons(text, {"op": "why"}) != mirrors.lessons(moved, {"op": "why"})


def _function(parameters: str) -> Any:
    made: dict[str, Any] = {}
    exec(f"def f({parameters}): pass", made)
    return made["f"]


@pytest.mark.parametrize(
    ("theirs", "word"),
    [
        ("x, weights, *, dim=-1, keepdim=False", "parameters"),
        ("weight, x, *, dim=-1, keepdim=False", "parameters"),
        ("x, weight, *, dim=-1", "parameters"),
        ("x, weight, *, keepdim=False, dim=-1", "parameters"),
        ("x, weight, *, dim=0, keepdim=False", "defaults to -1"),
        ("x, weight, *, dim=-1.0, keepdim=False", "defaults to -1"),
        ("x, weight, *, dim, keepdim=False", "defaults to -1"),
        ("x, weight, dim=-1, *, keepdim=False", "keyword-only"),
        ("x, weight=None, *, dim=-1, keepdim=False", "defaults to"),
        ("x, weight, *, dim=-1, keepdim=False, inplace=False", "parameters"),
        ("x, weight, device=None, *, dim=-1, keepdim=False", "parameters"),
        ("x, weight, *, dim=-1, keepdim=False, **options", "parameters"),
    ],
)
def test_parameters_that_differ_are_found(theirs: str, word: str) -> None:
    problems = mirrors.signature_problems("f", _function("x, weight, *, dim=-1, keepdim=False"), _function(theirs))
    assert len(problems) == 1
    assert word in problems[0]


def test_the_twin_may_add_a_device_by_keyword() -> None:
    assert mirrors.signature_problems("f", _function("x, *, dim=-1"), _function("x, *, dim=-1, device=None, foreach=None")) == []


def test_attributes_that_differ_are_found() -> None:
    ours, theirs = SimpleNamespace(fit=1, mean=2), SimpleNamespace(fit=1)
    assert mirrors.attribute_problems("S", ours, theirs, {}) == ["S.mean is in the reference alone"]
    assert mirrors.attribute_problems("S", ours, theirs, {"S.mean": "why"}) == []
    assert mirrors.attribute_problems("S", ours, ours, {"S.mean": "why"}) == ["the exception for S.mean is stale"]


def test_methods_that_differ_are_found() -> None:
    class Ours:
        def fit(self, x: Any) -> None:
            """Take x."""

    class Theirs:
        def fit(self, data: Any) -> None:
            """Take data."""

        def extra(self) -> None:
            """Be alone."""

    Theirs.__module__ = "learnkit.pytorch.made_up"
    problems = mirrors.attribute_problems("S", Ours(), Theirs(), {})
    assert problems[0] == "S.extra is in the twin alone"
    assert "S.fit has parameters" in problems[1]
