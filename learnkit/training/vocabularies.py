"""Text as numbers: cut into tokens, each token an id, rows of one length; no array is touched.

Source: Jurafsky & Martin 2025, Speech and language processing (3rd ed. draft), section 2.5 (words and subwords as tokens).
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

PAD, UNKNOWN = "<pad>", "<unk>"


def tokenize(text: str, level: Literal["char", "word"] = "word") -> list[str]:
    """Cut text into tokens: its characters, or its words and marks in small letters.

    Examples
    --------
    >>> tokenize("To be, or not")
    ['to', 'be', ',', 'or', 'not']
    >>> tokenize("To", level="char")
    ['T', 'o']
    """
    if level not in ("char", "word"):
        raise ValueError(f'level must be "char" or "word"; got {level!r}.')
    return list(text) if level == "char" else re.findall(r"\w+(?:'\w+)*|[^\w\s]", text.lower())


class Vocabulary:
    """The tokens that a model knows, each with an id: 0 is padding, 1 every token that it does not know.

    Parameters
    ----------
    tokens : distinct tokens, in the order of their ids, which begin at 2

    Examples
    --------
    >>> words = Vocabulary(["to", "be"])
    >>> words.encode(["to", "err"]), words.decode([3, 2, 0, 1])
    ([2, 1], ['be', 'to', '<unk>'])
    >>> len(words)
    4

    See Also
    --------
    build_vocabulary, pad_sequences
    """

    def __init__(self, tokens: Iterable[str]) -> None:
        self.tokens = (PAD, UNKNOWN, *tokens)
        self._ids = {token: number for number, token in enumerate(self.tokens)}
        if len(self._ids) < len(self.tokens):
            twice = next(token for token, count in Counter(self.tokens).items() if count > 1)
            raise ValueError(f"tokens must be distinct, and other than {PAD} and {UNKNOWN}; got {twice!r} twice.")

    def __len__(self) -> int:
        return len(self.tokens)

    def __contains__(self, token: object) -> bool:
        return token in self._ids

    def encode(self, tokens: Iterable[str]) -> list[int]:
        """Return the id of each token; 1 for one that is not known."""
        return [self._ids.get(token, 1) for token in tokens]

    def decode(self, ids: Iterable[int]) -> list[str]:
        """Return the token of each id, padding left out.

        Raises
        ------
        ValueError
            If an id is not among 0 to len - 1.
        """
        ids = list(ids)
        wrong = [number for number in ids if not 0 <= number < len(self)]
        if wrong:
            raise ValueError(f"ids must be from 0 to {len(self) - 1}; got {wrong[0]}.")
        return [self.tokens[number] for number in ids if number]


def build_vocabulary(tokens: Iterable[str], *, min_count: int = 1, max_size: int | None = None, specials: Sequence[str] = ()) -> Vocabulary:
    """Return the vocabulary of a training text: its tokens from the most to the least frequent, of equal ones by the alphabet.

    Parameters
    ----------
    tokens : of the training part alone
    min_count : int
        Tokens that come less often are not known.
    max_size : int, optional
        The most ids, padding, the unknown and specials included.
    specials : tokens, optional
        Marks such as "<end>", which are known whether or not the text has them: ids from 2 on, before all words.

    Raises
    ------
    ValueError
        If min_count is below 1, max_size has no room for padding, the unknown and specials, or a special comes twice.

    Examples
    --------
    >>> build_vocabulary(["b", "a", "b", "c", "a"], min_count=2, specials=["<end>"]).tokens
    ('<pad>', '<unk>', '<end>', 'a', 'b')
    """
    if isinstance(specials, str):
        raise TypeError(f"specials must be a list of tokens; got the text {specials!r}. Pass [{specials!r}].")
    kept = (PAD, UNKNOWN, *specials)
    if min_count < 1 or (max_size is not None and max_size < len(kept)):
        marks = "padding and the unknown" if len(kept) == 2 else f"padding, the unknown and {len(specials)} specials"
        raise ValueError(f"min_count must be at least 1 and max_size at least {len(kept)}, for {marks}; got {min_count} and {max_size}.")
    counts = Counter(token for token in tokens if token not in kept)
    ordered = sorted((token for token, count in counts.items() if count >= min_count), key=lambda token: (-counts[token], token))
    return Vocabulary((*specials, *(ordered if max_size is None else ordered[: max_size - len(kept)])))


def pad_sequences(sequences: Sequence[Sequence[int]], *, length: int | None = None, value: int = 0) -> tuple[list[list[int]], list[int]]:
    """Return rows of one length, filled up at the end, and how much of each row is real.

    Parameters
    ----------
    sequences : lists of ids
    length : int, optional
        Of every row; longer sequences are cut. None takes that of the longest.
    value : int
        What fills up: the id of padding.

    Raises
    ------
    ValueError
        If there are no sequences, or length is below 1.

    Examples
    --------
    >>> pad_sequences([[5, 6, 7], [8]])
    ([[5, 6, 7], [8, 0, 0]], [3, 1])
    """
    if not sequences or (length is not None and length < 1):
        raise ValueError(f"there must be at least one sequence, and length at least 1; got {len(sequences)} and {length}.")
    most = max(map(len, sequences)) if length is None else length
    rows = [list(sequence[:most]) for sequence in sequences]
    return [row + [value] * (most - len(row)) for row in rows], [len(row) for row in rows]
