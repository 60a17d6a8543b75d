"""What the lessons ask is sound, and answers are read the way people write them."""

import math
from itertools import pairwise

import numpy as np
import pytest

from learnkit.study.lessons import every, find, known_lessons, nearest, questions_of
from learnkit.study.notes import Note
from learnkit.study.questions import LessonQuestions, Prediction, Recall, Unreadable, is_open, read_choice, read_number, shown

LESSONS = [asked for lesson in known_lessons() if (asked := questions_of(lesson))]
PREDICTIONS = [prediction for asked in LESSONS for prediction in asked.predictions]
RECALLS = [recall for asked in LESSONS for recall in asked.recalls]


def ids(question: object) -> str:
    return str(getattr(question, "id", question))


@pytest.mark.parametrize("asked", LESSONS, ids=lambda asked: asked.lesson)
def test_a_lesson_asks_two_predictions_and_its_ids_carry_its_number(asked: LessonQuestions) -> None:
    names = [question.id for question in every(asked)]
    assert len(asked.predictions) >= 2
    assert len(set(names)) == len(names)
    assert all(name.startswith(f"{asked.lesson}.") for name in names)
    assert all(find(name) is question for name, question in zip(names, every(asked), strict=True))


@pytest.mark.parametrize("asked", LESSONS, ids=lambda asked: asked.lesson)
def test_a_lesson_asks_about_earlier_ones_and_leaves_five_questions_about_itself(asked: LessonQuestions) -> None:
    sources = [recall.from_lesson for recall in asked.recalls]
    assert sources.count(asked.lesson) >= 5
    assert asked.lesson == "01" or sum(source < asked.lesson for source in sources) >= 3
    assert all(source <= asked.lesson for source in sources)


@pytest.mark.parametrize("prediction", PREDICTIONS, ids=ids)
def test_every_likely_answer_is_met_by_its_own_reply(prediction: Prediction) -> None:
    for reply in prediction.replies:
        answer = prediction.read(reply.to)
        assert prediction.reply(answer) == reply.text
    assert len({reply.text for reply in prediction.replies}) == len(prediction.replies)
    right = [reply for reply in prediction.replies if prediction.is_right(prediction.read(reply.to))]
    assert len(right) == 1
    assert not prediction.is_right(prediction.read(prediction.default)), "a reader of the built page should meet a common wrong answer"
    assert prediction.reply(prediction.read(prediction.default))


@pytest.mark.parametrize("prediction", PREDICTIONS, ids=ids)
def test_a_choice_has_a_reply_to_each_choice_and_a_number_has_one_to_every_number(prediction: Prediction) -> None:
    if prediction.kind == "choice":
        assert sorted(reply.to for reply in prediction.replies) == sorted(prediction.choices)
        assert prediction.right in prediction.choices
    else:
        assert all(prediction.reply(value) for value in (-1e9, -2.0, 0.0, 0.31, 5.0, 1e9, math.inf))
        assert prediction.otherwise


@pytest.mark.parametrize("prediction", PREDICTIONS, ids=ids)
def test_replies_have_one_to_three_sentences(prediction: Prediction) -> None:
    for text in (*(reply.text for reply in prediction.replies), prediction.otherwise):
        sentences = text.replace("inf / inf", "inf").count(". ") + 1
        assert 1 <= sentences <= 3 or not text
        assert text == "" or text.endswith((".", '."'))


@pytest.mark.parametrize("recall", RECALLS, ids=ids)
def test_a_recall_question_accepts_its_own_answer_and_no_other_choice(recall: Recall) -> None:
    assert recall.is_right(recall.read(recall.right))
    assert sum(recall.is_right(recall.read(choice)) for choice in recall.choices) == (1 if recall.kind == "choice" else 0)
    assert recall.explanation.endswith(".")


def test_right_choices_are_not_always_at_the_same_place() -> None:
    places = [question.choices.index(str(question.right)) for question in (*PREDICTIONS, *RECALLS) if question.choices]
    assert len(set(places)) > 1


def test_the_numbers_of_lesson_04_are_what_numpy_computes() -> None:
    # Each right answer, computed here from the question.
    with np.errstate(over="ignore", invalid="ignore"):
        quotient = np.exp(np.float64(1000)) / np.exp(np.float64(1000))
    curvature = 4.0
    computed = {
        "04.untrained-loss": -np.log(np.exp(0.0) / np.exp(np.zeros(10)).sum()),
        "04.overflow": quotient,
        "04.r1": (np.zeros((32, 10)) + np.zeros(10)).shape,
        "04.r3": 2 / curvature,
        "04.r4": np.log(100).round(1),
        "04.r6": (np.array([0.7, 0.2, 0.1]) - [0, 1, 0])[1],
    }
    for name, value in computed.items():
        question = find(name)
        assert question is not None
        assert question.is_right(question.read(value)), name


def test_numbers_near_the_likely_answers_of_the_untrained_loss_meet_their_replies() -> None:
    prediction = find("04.untrained-loss")
    assert isinstance(prediction, Prediction)
    meant = {
        1: "base 10",
        0.9: "share of wrong",
        0.1: "probability of the right",
        0: "scores are 0",
        10: "number of classes",
        math.inf: "Infinite",
    }
    for answer, words in meant.items():
        assert words in prediction.reply(prediction.read(answer))
    for answer in (2.3, 2.303, 2.3026, np.log(10), np.float32(2.3026)):
        assert prediction.is_right(prediction.read(answer))
    assert prediction.reply(3.0) == prediction.reply(-7.0) == prediction.otherwise
    ranges = sorted(reply.within for reply in prediction.replies if reply.within)
    assert all(high <= low for (_, high), (low, _) in pairwise(ranges))


@pytest.mark.parametrize("answer", ["nan", "NaN", " nan ", "c", "C", float("nan"), np.nan, np.float32("nan"), np.array(np.nan)])
def test_a_choice_may_be_written_as_letter_text_or_number(answer: object) -> None:
    assert read_choice(answer, ("1", "inf", "nan", "0")) == "nan"


@pytest.mark.parametrize(("answer", "choice"), [(1, "1"), (1.0, "1"), (np.int64(0), "0"), (-0.0, "0"), ("inf", "inf"), (math.inf, "inf")])
def test_a_number_may_stand_for_the_choice_that_is_this_number(answer: object, choice: str) -> None:
    assert read_choice(answer, ("1", "inf", "nan", "0")) == choice


class Hostile:
    def __repr__(self) -> str:
        raise RuntimeError("no")

    __str__ = __repr__


@pytest.mark.parametrize("answer", [7, "e", "zwei", True, [1], np.zeros(3), Hostile(), print, {"a": 1}, 1j, b"a"])
def test_what_is_no_choice_is_refused_with_the_letters(answer: object) -> None:
    with pytest.raises(Unreadable, match=r'is not among the choices\. .* "a", "b", "c" or "d"\.'):
        read_choice(answer, ("1", "inf", "nan", "0"))


@pytest.mark.parametrize(("answer", "value"), [(2, 2.0), ("2.3", 2.3), (np.float64(2.5), 2.5), (np.array(3), 3.0), ("-inf", -math.inf)])
def test_a_number_may_be_python_s_numpy_s_or_a_text(answer: object, value: float) -> None:
    assert read_number(answer) == value
    assert type(read_number(answer)) is float


@pytest.mark.parametrize("answer", ["two", True, [1], np.zeros(3), Hostile(), print, 1j, float("nan"), b"1", 10**400])
def test_what_is_no_number_is_refused_in_a_sentence(answer: object) -> None:
    with pytest.raises(Unreadable, match=r"asks for a number, such as 3 or 0\.25; it got "):
        read_number(answer)


def test_a_decimal_comma_is_named() -> None:
    with pytest.raises(Unreadable, match=r'"2,3" has a comma. Write the number with a point: 2\.3\.'):
        read_number("2,3")


@pytest.mark.parametrize("answer", ["(32, 10)", "32,10", "[32, 10]", "32 x 10", "32×10", (32, 10), [32, 10], (np.int64(32), np.int64(10))])
def test_a_shape_may_be_written_in_many_ways(answer: object) -> None:
    shape = find("04.r1")
    assert isinstance(shape, Recall)
    assert shape.is_right(shape.read(answer))


@pytest.mark.parametrize("answer", ["(10, 32)", "(32,)", "3210", 10, (32, 1, 10)])
def test_another_shape_is_not_taken_for_it(answer: object) -> None:
    shape = find("04.r1")
    assert isinstance(shape, Recall)
    assert not shape.is_right(shape.read(answer))


@pytest.mark.parametrize(
    ("answer", "open_"), [(..., True), (None, True), ("", True), ("  ", True), (0, False), (False, False), ("0", False)]
)
def test_dots_none_and_blanks_are_no_answer_and_zero_is_one(answer: object, open_: bool) -> None:
    assert is_open(answer) is open_


def test_a_long_answer_is_cut_in_sentences() -> None:
    assert len(shown("x" * 1000)) == 60
    assert len(shown(list(range(1000)))) == 60


def test_a_mistyped_id_meets_the_nearest_and_another_the_list() -> None:
    assert nearest("04.untrained_los", Prediction) == 'Did you mean "04.untrained-loss"?'
    assert "04.overflow" in nearest(17, Prediction)
    assert "04.r1" in nearest("zzz", Recall)
    assert "overflow" not in nearest("zzz", Recall)


def test_a_note_is_escaped_in_html_and_says_the_same_in_both_forms() -> None:
    note = Note("Prediction <b>", ("is `a < b` & c?", "Then this."), ("x > 1", "`y`"), ("More", "hidden & found"))
    data = note._repr_mimebundle_()
    assert data["text/plain"] == "Prediction <b>\nis `a < b` & c?\n  a  x > 1\n  b  `y`\nThen this."
    html = data["text/html"]
    assert "<strong>Prediction &lt;b&gt;</strong>" in html
    assert "is <code>a &lt; b</code> &amp; c?" in html
    assert "x &gt; 1" in html
    assert "<details><summary>More</summary><p>hidden &amp; found</p></details>" in html


def test_a_script_in_an_answer_cannot_enter_the_page() -> None:
    assert "<script" not in Note("t", (f"Noted: {shown('<script>alert(1)</script>')}.",))._repr_html_()
