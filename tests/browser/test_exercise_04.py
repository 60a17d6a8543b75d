"""An exercise answered wrongly, the misconception read on the page, and then rightly."""

import pytest
from lab_pages import LabPage
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

OVERFLOWS = """\
def softmax(logits):
    e = np.exp(logits)
    return e / e.sum(axis=-1, keepdims=True)
"""
RIGHT = """\
def softmax(logits):
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
"""


def test_a_wrong_softmax_is_told_its_misconception_and_a_right_one_passes(lab_page: LabPage) -> None:
    lab_page.open("exercises/04_classification.ipynb")
    lab_page.run(lab_page.code_cell("import numpy as np"))
    answer, check = lab_page.code_cell("def softmax(logits)"), lab_page.code_cell("check(softmax)")

    lab_page.run(answer)
    lab_page.run(check)
    expect(lab_page.output(check)).to_contain_text("04.softmax · not attempted")

    lab_page.write(answer, OVERFLOWS)
    lab_page.run(answer)
    lab_page.run(check)
    expect(lab_page.output(check)).to_contain_text("04.softmax · not yet")
    expect(lab_page.output(check)).to_contain_text("overflow")

    lab_page.write(answer, RIGHT)
    lab_page.run(answer)
    lab_page.run(check)
    expect(lab_page.output(check)).to_contain_text("04.softmax · passed")
    expect(lab_page.output(check)).not_to_contain_text("not yet")
    assert lab_page.errors() == []


def test_an_easier_form_of_an_exercise_comes_in_a_cell_of_its_own(lab_page: LabPage) -> None:
    lab_page.open("exercises/04_classification.ipynb")
    first = lab_page.code_cell("import numpy as np")
    lab_page.run(first)
    answer = lab_page.code_cell("def softmax(logits)")
    lab_page.write(answer, 'start("04.softmax", "order")  # def softmax(logits)')
    lab_page.run(answer)
    lines = lab_page.code_cell("# Put these lines in order.")
    expect(lines).to_contain_text("# return exponentials / exponentials.sum(axis=1, keepdims=True)")
    expect(lines).to_contain_text("Two of them do not belong")
    lab_page.run(lines)
    check = lab_page.code_cell("check(softmax)")
    lab_page.run(check)
    expect(lab_page.output(check)).to_contain_text("04.softmax · not attempted")
    assert lab_page.errors() == []
