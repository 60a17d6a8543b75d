"""An exercise on which nothing has been done is told from an answer, comprehensions and all."""

from learnkit.checking.matrix import compiled
from learnkit.checking.reading import is_untouched

STARTER = 'def squares(x):\n    """Squares."""\n    start = ...  # <- this line\n    return [value**2 + start for value in x]\n'


def test_a_starter_with_a_comprehension_is_untouched() -> None:
    assert is_untouched(compiled(STARTER, "squares"), (STARTER,))


def test_a_change_inside_a_comprehension_is_an_answer() -> None:
    assert not is_untouched(compiled(STARTER.replace("**2", "**3"), "squares"), (STARTER,))
