"""A JupyterLab and a browser for all tests of this folder, and a page of their own for each.

A page that asked anything of another machine, or whose scripts failed, fails its test. Of a test that fails, a picture of the page is
kept in its `tmp_path`. Without a browser the tests are skipped, and the end of the run says so; where CI=true they fail.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))

from lab_pages import MISSING, ROOT, LabPage, NoBrowser, go_without, open_browser, running_server  # noqa: E402
from playwright.sync_api import Browser, expect, sync_playwright  # noqa: E402

from learnkit.course import workspace  # noqa: E402
from learnkit.course.server import Server  # noqa: E402


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if message := config.stash.get(MISSING, ""):
        terminalreporter.section("NO BROWSER: the tests in tests/browser were skipped", yellow=True, bold=True)
        terminalreporter.line(message)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    report = yield
    page = getattr(item, "funcargs", {}).get("lab_page")
    if call.when == "call" and report.failed and isinstance(page, LabPage):
        picture = Path(item.funcargs["tmp_path"]) / "page.png"  # type: ignore[attr-defined]
        page.page.screenshot(path=str(picture))
        report.sections.append(("the page when the test failed", str(picture)))
    return report


@pytest.fixture(scope="session")
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    expect.set_options(timeout=20_000)  # a kernel on a loaded machine
    with sync_playwright() as playwright:
        try:
            browser = open_browser(playwright)
        except NoBrowser as error:
            go_without(request.config, str(error))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """JupyterLab on a learner's copies, as `learnkit lab` makes them; the folder of the copies."""
    folder = tmp_path_factory.mktemp("my-course")
    workspace.update(ROOT, folder)
    with running_server(folder, tmp_path_factory.mktemp("scratch")) as server:
        yield server, folder


@pytest.fixture
def lab_page(browser: Browser, lab: tuple[Server, Path], tmp_path: Path) -> Iterator[LabPage]:
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    here = LabPage(page, lab[0])
    yield here
    page.close()
    assert here.foreign == [], "the page asked other machines"
    assert here.failures == [], "scripts of the page failed"
