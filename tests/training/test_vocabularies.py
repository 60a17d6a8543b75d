"""Tokens, vocabularies and padding: ids that everybody gets alike."""

import os
import subprocess
import sys

import pytest

from learnkit import reference as lk


@pytest.mark.worked_example("tokenize")
def test_words_and_marks_are_tokens_of_their_own() -> None:
    # three words and 2 marks; with characters the blank counts: 3 tokens
    assert lk.tokenize("Don't stop, Will!") == ["don't", "stop", ",", "will", "!"]
    assert lk.tokenize("a b", level="char") == ["a", " ", "b"]
    assert lk.tokenize("") == []


@pytest.mark.worked_example("build_vocabulary")
def test_the_most_frequent_come_first_and_equal_ones_by_the_alphabet() -> None:
    # b three times, a and c twice, d once
    # ids 0 and 1 are taken: b is 2, a 3, c 4, d 5
    found = lk.build_vocabulary(list("bcbabcad"))
    assert found.tokens == ("<pad>", "<unk>", "b", "a", "c", "d")
    assert found.encode(["b", "z", "d"]) == [2, 1, 5]


def test_rare_tokens_and_those_beyond_the_size_are_not_known() -> None:
    assert lk.build_vocabulary(list("bbaac"), min_count=2).tokens[2:] == ("a", "b")
    assert len(lk.build_vocabulary(list("bbaac"), max_size=3)) == 3
    assert lk.build_vocabulary(list("bbaac"), max_size=3).encode(["b"]) == [1]


def test_specials_are_known_and_not_counted() -> None:
    # <end> comes three times and <start> never; their ids are 2 and 3, before any word
    found = lk.build_vocabulary(["a", "<end>", "<end>", "<end>", "b", "b"], specials=["<end>", "<start>"])
    assert found.tokens == ("<pad>", "<unk>", "<end>", "<start>", "b", "a")
    assert found.encode(["<start>", "b"]) == [3, 4]
    assert lk.build_vocabulary(["a", "b", "b"], specials=["<end>"], max_size=4).tokens == ("<pad>", "<unk>", "<end>", "b")


def test_padding_is_no_word() -> None:
    words = lk.build_vocabulary(["<pad>", "a", "<unk>"])
    assert words.tokens == ("<pad>", "<unk>", "a")
    assert words.decode([2, 0, 0]) == ["a"]
    assert "a" in words
    assert "b" not in words


@pytest.mark.worked_example("Vocabulary")
def test_ids_are_places_in_the_list_of_tokens() -> None:
    # <pad> 0, <unk> 1, x 2, y 3
    words = lk.Vocabulary(["x", "y"])
    assert words.encode(["y", "x", "z"]) == [3, 2, 1]
    assert words.decode([3, 2]) == ["y", "x"]


def test_what_is_known_leads_there_and_back() -> None:
    words = lk.build_vocabulary(lk.tokenize("to be or not to be"))
    tokens = lk.tokenize("not to be")
    assert words.decode(words.encode(tokens)) == tokens


def test_ids_do_not_depend_on_the_process() -> None:
    code = "from learnkit.training.vocabularies import *; print(build_vocabulary(set('the quick brown fox'.split())).tokens)"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(outputs) == 1


@pytest.mark.worked_example("pad_sequences")
def test_rows_are_filled_up_at_the_end_and_cut_if_asked() -> None:
    # the longest has 3, so 0, 2 and 3 places are filled with 0; cut to 2, the first loses 7, and 1 place is filled with 9
    assert lk.pad_sequences([[5, 6, 7], [8], []]) == ([[5, 6, 7], [8, 0, 0], [0, 0, 0]], [3, 1, 0])
    assert lk.pad_sequences([[5, 6, 7], [8]], length=2, value=9) == ([[5, 6], [8, 9]], [2, 1])


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match='level must be "char" or "word"'):
        lk.tokenize("a", level="byte")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="got 'a' twice"):
        lk.Vocabulary(["a", "a"])
    with pytest.raises(ValueError, match="got '<pad>' twice"):
        lk.Vocabulary(["<pad>"])
    with pytest.raises(ValueError, match="ids must be from 0 to 2; got 3"):
        lk.Vocabulary(["a"]).decode([3])
    for options in ({"min_count": 0}, {"max_size": 1}):
        with pytest.raises(ValueError, match="min_count must be at least 1 and max_size at least 2"):
            lk.build_vocabulary(["a"], **options)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="max_size at least 3, for padding, the unknown and 1 specials; got 1 and 2"):
        lk.build_vocabulary(["a"], specials=["<end>"], max_size=2)
    with pytest.raises(ValueError, match="got '<pad>' twice"):
        lk.build_vocabulary(["a"], specials=["<pad>"])
    with pytest.raises(TypeError, match="specials must be a list of tokens; got the text '<end>'"):
        lk.build_vocabulary(["a"], specials="<end>")
    with pytest.raises(ValueError, match="at least one sequence"):
        lk.pad_sequences([])
    with pytest.raises(ValueError, match="length at least 1; got 1 and 0"):
        lk.pad_sequences([[1]], length=0)
