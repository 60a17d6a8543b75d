"""Every public name of the mathematics has a test that derives its value by hand, and the guard notices one that has none."""

from pathlib import Path

import pytest
from claims import WORKED_EXAMPLE, claim_problems, claims_of, read_tests, shown, still_due

from learnkit import reference, training

FILES = read_tests(Path(__file__).resolve().parents[1])
PUBLIC = set(reference.__all__) | set(training.__all__)

# What no example can be worked out for: it computes nothing. A reason each.
NO_EXAMPLE = {
    "Operation": "a type: the contract of what op makes, which has an example",
    "Module": "abstract: every layer that it stands behind has an example",
    "OperationLayer": "abstract: every layer that it stands behind has an example",
    "Node": "an entry of the tape: the gradients that it carries are worked out with Tensor",
    "rng": "makes a generator: no number of it follows by hand",
    "device": "names where the computation runs",
    "generators_of": "finds the generators of a network, and draws nothing",
    "save_checkpoint": "copies values: what comes back is tested to be the same to the last bit",
    "load_checkpoint": "copies values: what comes back is tested to be the same to the last bit",
}


def test_every_public_name_is_worked_out_by_hand_somewhere() -> None:
    missing = still_due(PUBLIC, shown(FILES, WORKED_EXAMPLE), NO_EXAMPLE)
    assert not missing, f"no test is marked worked_example for: {', '.join(missing)}"


def test_every_claim_holds() -> None:
    assert claim_problems(FILES, PUBLIC, WORKED_EXAMPLE) == []


def test_no_excuse_outlives_its_name_or_its_need() -> None:
    assert sorted(set(NO_EXAMPLE) - PUBLIC) == []
    assert sorted(set(NO_EXAMPLE) - set(still_due(PUBLIC, shown(FILES, WORKED_EXAMPLE), {}))) == []


def test_the_marker_is_the_one_that_pytest_knows(pytestconfig: pytest.Config) -> None:
    assert [line for line in pytestconfig.getini("markers") if line.startswith(f"{WORKED_EXAMPLE}(")]


# --- the guard itself --------------------------------------------------------------------------------------------------------------------

RIGHT = """
@pytest.mark.worked_example("double")
def test_double() -> None:
    # 2 · 3 = 6
    assert lk.double(3) == 6
"""


def test_a_name_without_an_example_is_noticed() -> None:
    assert still_due(["double", "triple", "half"], shown({"test_a.py": RIGHT}, WORKED_EXAMPLE), {"half": "a reason"}) == ["triple"]
    assert still_due(["double", "half"], shown({"test_a.py": RIGHT}, WORKED_EXAMPLE), {"half": ""}) == ["half"]


def test_a_claim_that_does_not_hold_does_not_count() -> None:
    assert shown({"test_a.py": RIGHT}, WORKED_EXAMPLE) == {"double"}
    assert shown({"test_a.py": RIGHT.replace("    # 2 · 3 = 6\n", "")}, WORKED_EXAMPLE) == set()


def test_a_claim_of_another_kind_does_not_count() -> None:
    assert shown({"test_a.py": RIGHT.replace("worked_example", "gradient_check")}, WORKED_EXAMPLE) == set()


def test_a_right_claim_has_no_problem() -> None:
    assert claim_problems({"test_a.py": RIGHT}, ["double"], WORKED_EXAMPLE) == []
    assert [claim.names for claim in claims_of("test_a.py", RIGHT, WORKED_EXAMPLE)] == [("double",)]


@pytest.mark.parametrize(
    "source",
    [
        RIGHT.replace("    # 2 · 3 = 6\n", '    """Two threes: 2 · 3 = 6."""\n'),
        "# 2 · 3 = 6" + RIGHT.replace("    # 2 · 3 = 6\n", ""),
        RIGHT.replace("assert lk.double(3) == 6", "assert_equal(lk.double(3), 6)"),
        RIGHT.replace("@pytest", '@pytest.mark.parametrize("name", ["double"])\n@pytest').replace("lk.double", "getattr(lk, name)"),
    ],
    ids=["in the docstring", "right above", "a helper that asserts", "the name is a parameter"],
)
def test_other_ways_to_write_it_hold_too(source: str) -> None:
    assert claim_problems({"test_a.py": source}, ["double"], WORKED_EXAMPLE) == []


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        (RIGHT.replace("    # 2 · 3 = 6\n", "    # it doubles\n"), "has no comment that derives a number"),
        (RIGHT.replace("assert ", ""), "asserts nothing"),
        (RIGHT.replace("lk.double", "lk.triple"), "does not mention double"),
        (RIGHT.replace("def test_", "def check_"), "is no test function"),
        (RIGHT.replace('("double")', "(NAME)"), "does not say of what, as strings"),
        (RIGHT.replace('("double")', ""), "does not say of what, as strings"),
        (RIGHT.replace("@pytest", "@pytest.mark.skip\n@pytest"), "may be skipped or may fail"),
        (RIGHT.replace("@pytest", "@pytest.mark.xfail(reason='')\n@pytest"), "may be skipped or may fail"),
        (RIGHT.replace('("double")', '("double", "twice")').replace("6\n", "6  # twice\n"), "does not mention twice"),
    ],
)
def test_a_hollow_claim_is_refused(source: str, problem: str) -> None:
    found = claim_problems({"test_a.py": source}, ["double", "twice"], WORKED_EXAMPLE)
    assert [sentence.partition(" ")[2] for sentence in found] == [problem]


def test_a_claim_for_what_is_not_public_is_refused() -> None:
    found = claim_problems({"test_a.py": RIGHT}, ["triple"], WORKED_EXAMPLE)
    assert found == ["test_a.py::test_double speaks of 'double', which is no public name"]
