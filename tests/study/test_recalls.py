"""Recall questions come back at growing distances, and only answers that count move them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from learnkit.study import recall, records
from learnkit.study.lessons import find
from learnkit.study.questions import Recall
from learnkit.study.recalls import BOX_DAYS, KEPT, due, record_answer

Captured = pytest.CaptureFixture[str]
BEGIN = datetime(2025, 1, 31, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ID = "04.r3"  # the right answer is 0.5


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Set the clock to so many days after the beginning."""

    def set_to(days: float) -> None:
        monkeypatch.setattr(records, "now", lambda: BEGIN + days * DAY)

    set_to(0)
    return set_to


def question(question_id: str = ID) -> Recall:
    found = find(question_id)
    assert isinstance(found, Recall)
    return found


def box() -> int:
    number: int = records.read()["recall"][ID]["box"]
    return number


def answered(value: float, days: float) -> bool:
    return record_answer(question(), value, again=True, now=BEGIN + days * DAY)


def test_without_an_answer_the_question_is_shown_and_nothing_scheduled(capsys: Captured) -> None:
    recall("04.r2")
    said = capsys.readouterr().out
    assert "  a  it doubles" in said
    assert "Put the letter of your choice" in said
    assert "twice as many terms" not in said
    assert not records.read()["recall"]


def test_a_right_answer_is_called_right_and_explained(capsys: Captured) -> None:
    recall(ID, answer=0.5)
    assert "Right: 0.5. A step multiplies the distance" in capsys.readouterr().out


def test_a_wrong_answer_is_told_the_right_one_and_why(capsys: Captured) -> None:
    recall(ID, answer=0.25)
    assert "Not yet: you said 0.25, the answer is 0.5. A step multiplies the distance" in capsys.readouterr().out


def test_an_answer_of_the_wrong_kind_is_said_and_not_recorded(capsys: Captured) -> None:
    recall(ID, answer="half")
    assert "Nothing was noted." in capsys.readouterr().out
    assert not records.read()["recall"]


def test_an_unknown_id_and_a_prediction_are_said(capsys: Captured) -> None:
    recall("04.r33")
    recall("04.overflow", answer="nan")
    recall(None)  # type: ignore[arg-type]
    said = capsys.readouterr().out
    assert 'Did you mean "04.r3"?' in said
    assert 'Use `predict("04.overflow", answer=...)`' in said
    assert "There is no recall question None." in said


def test_right_answers_climb_the_boxes_and_a_wrong_one_goes_back_to_the_first() -> None:
    day, boxes = 0.0, []
    for value in (0.5, 0.5, 0.5, 0.5, 0.5, 0.25, 0.5):
        assert answered(value, day)
        boxes.append(box())
        day += BOX_DAYS[box() - 1]
    assert boxes == [2, 3, 4, 5, 5, 1, 2]


def test_a_question_comes_back_when_the_days_of_its_box_are_over() -> None:
    answered(0.25, 0)  # wrong: box 1, one day
    assert question() not in due(None, BEGIN + 0.99 * DAY)
    assert question() in due(None, BEGIN + 1.01 * DAY)
    answered(0.5, 1.01)  # right: box 2, three days
    assert question() not in due(None, BEGIN + 4.0 * DAY)
    assert question() in due(None, BEGIN + 4.02 * DAY)


def test_an_answer_before_the_question_is_due_moves_nothing() -> None:
    assert answered(0.25, 0)
    assert not answered(0.5, 0.5)
    assert box() == 1


def test_running_a_notebook_again_is_no_answer_even_when_the_question_is_due(clock: Callable[[float], None]) -> None:
    recall(ID, answer=0.5)
    clock(30)
    recall(ID, answer=0.5)
    assert box() == 2
    recall(ID, answer=0.25)  # another answer, and due: it counts
    assert box() == 1


def test_correcting_an_answer_after_the_explanation_moves_nothing(clock: Callable[[float], None]) -> None:
    recall(ID, answer=0.25)
    recall(ID, answer=0.5)
    assert box() == 1


def test_an_answered_question_shows_its_answer_until_it_is_due(capsys: Captured, clock: Callable[[float], None]) -> None:
    recall(ID, answer=0.5)
    capsys.readouterr()
    recall(ID)
    assert "You have answered this. Right: 0.5." in capsys.readouterr().out
    clock(30)
    recall(ID)
    assert "0.5" not in capsys.readouterr().out


def test_the_record_keeps_the_latest_answers_only() -> None:
    for number in range(KEPT + 5):
        assert answered(0.25, 2 * number)
    assert len(records.read()["recall"][ID]["answers"]) == KEPT


def test_an_infinite_answer_is_recorded() -> None:
    recall(ID, answer=float("inf"))
    assert records.read()["recall"][ID]["answers"][0]["answer"] == "inf"


def test_new_questions_of_a_lesson_are_due_a_day_after_it_was_opened(clock: Callable[[float], None]) -> None:
    assert due() == []
    recall("04.r1")  # opens lesson 04
    assert due(None, BEGIN + 0.9 * DAY) == []
    assert [one.id for one in due(None, BEGIN + 1.1 * DAY)] == [f"04.r{number}" for number in range(1, 9)]
    assert len(due(now=BEGIN + 1.1 * DAY)) == 5


def test_those_that_wait_longest_come_first_and_new_ones_last(clock: Callable[[float], None]) -> None:
    recall("04.r5", answer="a")  # wrong: due on day 1
    clock(0.5)
    recall("04.r2", answer="a")  # wrong: due on day 1.5
    recall("04.r1", answer="(32, 10)")  # right: due on day 3.5
    assert [one.id for one in due(4, BEGIN + 2 * DAY)] == ["04.r5", "04.r2", "04.r3", "04.r4"]


def test_a_question_that_no_longer_exists_is_passed_over() -> None:
    answers = [{"answer": "x", "right": False, "at": records.stamp(BEGIN)}]
    gone = {"box": 1, "due": records.stamp(BEGIN), "answers": answers}
    records.update(lambda record: record["recall"].update({"04.gone": gone, "77.r1": gone}))
    assert due(None, BEGIN + 9 * DAY) == []


def test_machines_see_question_and_choices_and_leave_no_file(capsys: Captured, machine: None, home: object) -> None:
    recall("04.r2")
    assert "  b  it stays about as large" in capsys.readouterr().out
    assert not records.record_path().exists()
