"""Commit, then see: what is shown, what is withheld, and what is recorded."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from learnkit.study import predict, records, reveal, show_after

Captured = pytest.CaptureFixture[str]
ID = "04.untrained-loss"


def entry(question_id: str = ID) -> dict[str, object]:
    found: dict[str, object] = records.read()["predictions"][question_id]
    return found


def answers(question_id: str = ID) -> tuple[object, object, object]:
    known = records.read()["predictions"][question_id]
    return known["first"]["answer"], known["latest"]["answer"], known["changes"]


@pytest.mark.parametrize("answer", [..., None, ""])
def test_without_an_answer_the_question_is_shown_and_nothing_recorded(capsys: Captured, answer: object) -> None:
    predict("04.overflow", answer=answer)
    said = capsys.readouterr().out
    assert "np.exp(1000.0)" in said
    assert "  c  nan" in said
    assert "Put the letter of your choice in quotes in place of the three dots in `answer=...`" in said
    assert not records.read()["predictions"]
    assert list(records.read()["lessons"]) == ["04"]


def test_a_number_is_asked_for_as_a_number(capsys: Captured) -> None:
    predict(ID)
    assert "Put a number in place of the three dots" in capsys.readouterr().out


def test_an_answer_is_confirmed_and_recorded(capsys: Captured) -> None:
    predict("04.overflow", answer=1)
    assert "Noted: 1. The result is shown below when it is computed." in capsys.readouterr().out
    assert answers("04.overflow") == ("1", "1", 0)


def test_the_same_answer_again_says_the_same_and_changes_nothing(capsys: Captured) -> None:
    predict(ID, answer=1)
    first, known = capsys.readouterr().out, entry()
    predict(ID, answer=1.0)
    assert capsys.readouterr().out == first
    assert entry() == known


def test_the_first_answer_counts_and_the_latest_is_kept(capsys: Captured) -> None:
    for answer in (1, 0.9, 2.3):
        predict(ID, answer=answer)
    assert answers() == (1, 2.3, 2)
    assert "Your first answer, 1, is the one that counts." in capsys.readouterr().out


@pytest.mark.parametrize(("question_id", "answer"), [(ID, "two"), (ID, [1]), ("04.overflow", 7), ("04.overflow", True)])
def test_an_answer_of_the_wrong_kind_is_said_calmly_and_not_recorded(capsys: Captured, question_id: str, answer: object) -> None:
    predict(question_id, answer=answer)
    said = capsys.readouterr().out
    assert "Nothing was noted." in said
    assert "Error" not in said
    assert not records.read()["predictions"]


def test_a_slip_leaves_an_earlier_answer_as_it_was() -> None:
    predict(ID, answer=1)
    predict(ID, answer="two")
    assert answers() == (1, 1, 0)


@pytest.mark.parametrize("call", [predict, reveal])
@pytest.mark.parametrize("name", ["04.untrained_loss", "04", "", "99.x", None, 4, ["04"]])
def test_an_unknown_id_is_said_with_the_known_ones(capsys: Captured, call: Callable[[object], None], name: object) -> None:
    call(name)
    said = capsys.readouterr().out
    assert "There is no prediction" in said
    assert "04.untrained-loss" in said


def test_a_recall_question_is_sent_to_recall(capsys: Captured) -> None:
    predict("04.r1", answer="(32, 10)")
    assert '`recall("04.r1", answer=...)`' in capsys.readouterr().out


def test_infinity_is_an_answer_that_json_holds(home: Path) -> None:
    predict(ID, answer=float("inf"))
    stored = json.loads((home / "record.json").read_text(encoding="utf-8"), parse_constant=pytest.fail)
    assert stored["predictions"][ID]["first"]["answer"] == "inf"
    predict(ID, answer=float("inf"))
    assert answers() == ("inf", "inf", 0)


def test_infinity_has_its_reply(capsys: Captured) -> None:
    predict(ID, answer=float("inf"))
    reveal(ID)
    assert "You said inf. Infinite it would be" in capsys.readouterr().out


def test_a_result_is_withheld_and_computed_all_the_same(capsys: Captured) -> None:
    made = []

    def draw(number: int, *, title: str) -> str:
        made.append((number, title))
        print("printed while drawing")
        return "THE RESULT"

    show_after(ID, draw, 3, title="t")
    show_after(ID, "THE RESULT")
    said = capsys.readouterr().out
    assert made == [(3, "t")]
    assert "RESULT" not in said
    assert "printed" not in said
    assert said.count('Answer the question above first: `predict("04.untrained-loss", answer=...)`') == 2


def test_after_the_answer_the_result_is_shown_and_then_the_reply(capsys: Captured) -> None:
    predict(ID, answer=0.9)
    capsys.readouterr()
    show_after(ID, lambda number: f"RESULT {number}", 3)
    said = capsys.readouterr().out
    assert said.index("RESULT 3") < said.index("You said 0.9. That is the share of wrong answers")


def test_the_reply_speaks_to_the_latest_answer(capsys: Captured) -> None:
    predict(ID, answer=0.9)
    predict(ID, answer=0.1)
    capsys.readouterr()
    reveal(ID)
    assert "You said 0.1. That is the probability of the right class" in capsys.readouterr().out


def test_an_answer_of_several_words_is_quoted(capsys: Captured) -> None:
    predict("04.squared-error", answer="a")
    reveal("04.squared-error")
    said = capsys.readouterr().out
    assert 'Noted: "ahead of cross-entropy".' in said
    assert 'You said "ahead of cross-entropy".' in said


def test_reveal_waits_for_the_answer(capsys: Captured) -> None:
    reveal(ID)
    said = capsys.readouterr().out
    assert "Answer the question above first" in said
    assert "2.3" not in said


def test_a_function_that_shows_by_itself_and_returns_nothing_is_shown_once(capsys: Captured) -> None:
    predict(ID, answer=1)
    capsys.readouterr()
    show_after(ID, print, "RESULT")
    said = capsys.readouterr().out
    assert said.count("RESULT") == 1
    assert "None" not in said


@pytest.mark.parametrize("answered", [True, False])
def test_an_error_in_the_computation_is_seen_in_any_case(answered: bool) -> None:
    if answered:
        predict(ID, answer=1)
    with pytest.raises(ZeroDivisionError):
        show_after(ID, lambda: 1 / 0)


def test_an_unknown_id_withholds_nothing(capsys: Captured) -> None:
    show_after("04.untrained_loss", "THE RESULT")
    said = capsys.readouterr().out
    assert "Did you mean" in said
    assert "THE RESULT" in said


def test_an_answer_stands_after_a_restart(capsys: Captured, restarted: Callable[[], None]) -> None:
    predict(ID, answer=1)
    restarted()
    capsys.readouterr()
    predict(ID)
    show_after(ID, "THE RESULT")
    said = capsys.readouterr().out
    assert "Your answer so far: 1." in said
    assert "THE RESULT" in said


def test_an_answer_that_no_longer_fits_its_question_is_asked_again(capsys: Captured) -> None:
    stored = {"answer": "perhaps", "at": records.stamp(records.now())}
    records.update(lambda record: record["predictions"].update({ID: {"first": stored, "latest": stored, "changes": 0}}))
    show_after(ID, "THE RESULT")
    assert "RESULT" not in capsys.readouterr().out
    predict(ID, answer=1)
    show_after(ID, "THE RESULT")
    assert "THE RESULT" in capsys.readouterr().out


def test_where_nothing_can_be_written_answers_count_until_the_kernel_stops(capsys: Captured, home: Path) -> None:
    home.write_text("no folder", encoding="utf-8")
    predict(ID, answer=1)
    show_after(ID, "THE RESULT")
    said = capsys.readouterr()
    assert "Noted: 1." in said.out
    assert "THE RESULT" in said.out
    assert said.err.count("cannot be used now") == 1


def test_machines_take_the_default_say_so_and_leave_no_file(capsys: Captured, home: Path, machine: None) -> None:
    predict(ID)
    show_after(ID, "THE RESULT")
    said = capsys.readouterr().out
    assert "Nobody was asked when this page was made; it goes on with a common answer: 1." in said
    assert "THE RESULT" in said
    assert "Suppose you said 1. You may have thought" in said
    assert not home.exists()


def test_a_written_answer_goes_before_the_default_for_machines_too(capsys: Captured, machine: None) -> None:
    predict(ID, answer=0.9)
    reveal(ID)
    assert "Suppose you said 0.9. That is the share" in capsys.readouterr().out
