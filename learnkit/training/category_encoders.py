"""Categories as numbers: each value of a column gets a code, learned from the training part; no array is touched."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Any, Self


class CategoryEncoder:
    """Give each category a code from 1 on, and 0 to what the training part does not know.

    Attributes
    ----------
    categories : list
        Those that fit saw, sorted; the code of a category is its place here plus 1.
    num_codes : int
        The number of codes, 0 included: the ``num_classes`` of `one_hot`.

    Notes
    -----
    A column is a list, an array or a tensor of one axis. Sorted, so that codes do not depend on the order of the rows. A code is a
    name: its size says nothing, and a model that takes it for a number needs `one_hot` or an embedding.

    Examples
    --------
    >>> encoder = CategoryEncoder().fit(["red", "blue", "red"])
    >>> encoder.transform(["blue", "red", "green"])
    [1, 2, 0]
    >>> encoder.inverse_transform([2, 0])
    ['red', None]

    See Also
    --------
    one_hot, sklearn.preprocessing.OrdinalEncoder
    """

    def __init__(self) -> None:
        self.categories: list[Any] = []
        self._codes: dict[Hashable, int] | None = None

    @property
    def num_codes(self) -> int:
        self._fitted()
        return len(self.categories) + 1

    def fit(self, values: Iterable[Any]) -> Self:
        """Learn the categories of a column; return the encoder.

        Raises
        ------
        ValueError
            If there are no values, or one is NaN, which is not even equal to itself.
        TypeError
            If the values are no column, or not all of one kind, such as text and None.
        """
        values = _column(values)
        if not values:
            raise ValueError("values must hold at least one category; got none.")
        kinds = {type(value).__name__ for value in values}
        if len(kinds) > 1:
            raise TypeError(f"values must be of one kind; got {', '.join(sorted(kinds))}. Write what is missing as a category of its own.")
        if any(value != value for value in values):
            raise ValueError("values must be equal to themselves, and NaN is not. Write what is missing as a category of its own.")
        self.categories = sorted(set(values))
        self._codes = {category: code for code, category in enumerate(self.categories, start=1)}
        return self

    def transform(self, values: Iterable[Any]) -> list[int]:
        """Return the code of each value; 0 for one that fit did not see."""
        codes = self._fitted()
        return [codes.get(value, 0) for value in _column(values)]

    def inverse_transform(self, codes: Sequence[int]) -> list[Any]:
        """Return the category of each code; None for 0.

        Raises
        ------
        ValueError
            If a code is not among 0 to num_codes - 1.
        """
        most = self.num_codes - 1
        wrong = [code for code in codes if not 0 <= code <= most]
        if wrong:
            raise ValueError(f"codes must be from 0 to {most}; got {wrong[0]}.")
        return [self.categories[code - 1] if code else None for code in codes]

    def _fitted(self) -> dict[Hashable, int]:
        if self._codes is None:
            raise RuntimeError("this CategoryEncoder has seen no data. Call fit(values_of_train) first.")
        return self._codes


def _column(values: Any) -> list[Any]:
    """Return the values as Python's own: a tensor's numbers would be objects of which no two are found to be equal."""
    found = [] if isinstance(values, (str, bytes)) else values.tolist() if hasattr(values, "tolist") else list(values)
    if isinstance(values, (str, bytes)) or not isinstance(found, list) or any(isinstance(value, list) for value in found):
        raise TypeError(f"values must be one column, such as a list of categories; got {values!r}. Encode each column by itself.")
    return found
