"""Lesson 04 as a learner meets it: every cell runs, and the explorer is used by keyboard alone."""

import json
import re
from pathlib import Path

import pytest
from lab_pages import ROOT, ExplorerOnPage, LabPage
from playwright.sync_api import expect

from learnkit.course.server import Server

pytestmark = pytest.mark.browser

LESSON = "notebooks/04_classification.ipynb"


def pictures_of_a_new_learner() -> int:
    """Return how many pictures Run All shows before any prediction: those that were built, without those that wait for an answer."""
    cells = json.loads((ROOT / LESSON).read_text(encoding="utf-8"))["cells"]
    shown = [cell for cell in cells if cell["cell_type"] == "code" and "show_after(" not in "".join(cell["source"])]
    return sum("image/png" in output.get("data", {}) for cell in shown for output in cell["outputs"])


def test_lesson_04_runs_and_its_explorer_answers_the_keyboard(lab_page: LabPage, lab: tuple[Server, Path]) -> None:
    lab_page.open(LESSON)
    lab_page.run_all()
    assert lab_page.errors() == []
    expect(lab_page.pictures()).to_have_count(pictures_of_a_new_learner())

    explorer = ExplorerOnPage(lab_page.page, "What softmax cannot see")
    picture, (summary, first_verdict) = explorer.picture, (explorer.sentences.nth(0), explorer.sentences.nth(1))
    before = picture.get_attribute("src") or ""
    expect(summary).to_contain_text("loss 0.408 nats")

    # One step of the slider: log(1 + e^-1.5 + e^-2.5) = 0.2664
    explorer.press(explorer.handle("score of class 0"), "ArrowRight")
    expect(summary).to_contain_text("loss 0.266 nats")
    expect(picture).not_to_have_attribute("src", before)
    expect(picture).to_have_attribute("alt", re.compile(r"scores 2\.5, 1, 0;.*The loss is 0\.2664 nats"))
    expect(explorer.field("score of class 0")).to_have_value("2.5")

    # The shift moves the scores and nothing else; its number does what its slider does.
    explorer.press(explorer.field("shift"), "ArrowUp")
    expect(picture).to_have_attribute("alt", re.compile(r"scores 12\.5, 11, 10;.*The loss is 0\.2664 nats"))

    explorer.press(explorer.button("Show the numbers as a table"), "Enter")
    expect(explorer.root.get_by_role("columnheader", name="probabilities")).to_be_visible()
    expect(explorer.root.get_by_role("row", name="loss 0.2664")).to_be_visible()
    explorer.press(explorer.button("Hide the table"), "Enter")
    expect(explorer.root.get_by_role("table")).to_have_count(0)

    # Task 1. An answer before the goal does not count; a wrong one is spoken to; then the right one.
    explorer.press(explorer.button("shift"), "Enter")
    expect(first_verdict).to_have_text("Reach the goal first, then answer.")
    explorer.press(explorer.handle("score of class 0"), "PageUp", "PageUp")
    expect(first_verdict).to_have_text("Goal reached. Now answer the question.")
    explorer.press(explorer.button("temperature"), "Enter")
    expect(first_verdict).to_contain_text("Not yet: “temperature” is not it.")
    explorer.press(explorer.button("shift"), "Space")
    expect(first_verdict).to_contain_text("Done. “shift” is right.")

    explorer.press(explorer.button("Reset the sliders"), "Enter")
    expect(picture).to_have_attribute("src", before)
    assert lab_page.errors() == []
