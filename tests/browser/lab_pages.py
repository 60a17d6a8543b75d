"""JupyterLab in a headless browser, as a learner uses it: open a notebook, run it, write into a cell, read what is on the page.

The server is the one that `learnkit lab` starts, on a free port of this machine, with settings, kernels' files and study record of its
own. The browser is an installed Chromium or Chrome, else the one that Playwright has downloaded.
"""

import contextlib
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from playwright.sync_api import Browser, Error, Locator, Page, Playwright, expect

from learnkit.course import server

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60_000  # milliseconds; a first kernel on a loaded machine
ON_PATH = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge", "microsoft-edge")
USUAL_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "{ProgramFiles}/Google/Chrome/Application/chrome.exe",
    "{ProgramFiles(x86)}/Google/Chrome/Application/chrome.exe",
    "{LocalAppData}/Google/Chrome/Application/chrome.exe",
    "{ProgramFiles(x86)}/Microsoft/Edge/Application/msedge.exe",
)
# A browser asks its maker for updates and lists of its own; only the pages are tested here.
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SETTINGS = {
    # the page holds every cell, not only those in view
    "notebook-extension/tracker.jupyterlab-settings": {"windowingMode": "none", "scrollPastLastCell": False},
    "apputils-extension/notification.jupyterlab-settings": {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True},
}
ERRORS = '[data-mime-type="application/vnd.jupyter.error"], [data-mime-type="application/vnd.jupyter.stderr"]'


class NoBrowser(Exception):
    """No browser was found, or none of those found starts; the message says what to install."""


def installed_browsers() -> list[str]:
    """Return the Chromium, Chrome and Edge programs of this machine, those on the PATH first."""
    found = [path for name in ON_PATH if (path := shutil.which(name))]
    for place in USUAL_PLACES:
        parts = re.findall(r"{(.+?)}", place)
        if all(part in os.environ for part in parts):
            path = place.format_map(os.environ)
            found += [path] if Path(path).is_file() else []
    return found


def open_browser(playwright: Playwright) -> Browser:
    """Start a browser without a window.

    Raises
    ------
    NoBrowser
        If there is none.
    """
    tried = []
    downloaded = playwright.chromium.executable_path
    for path in [*installed_browsers(), *([downloaded] if Path(downloaded).is_file() else [])]:
        try:
            return playwright.chromium.launch(executable_path=path, headless=True, args=list(QUIET))
        except Error as error:  # one that is installed and cannot start: a snap, a missing library
            tried.append(f"{path} does not start: {str(error).splitlines()[0]}")
    raise NoBrowser(
        "; ".join(tried or ["there is no Chromium, Chrome or Edge on this machine"])
        + f". Install one, or run: {sys.executable} -m playwright install chromium"
    )


MISSING = pytest.StashKey[str]()


def go_without(config: pytest.Config, message: str) -> NoReturn:
    """Skip a test that has no browser, and let the end of the run say so; fail where one must be there."""
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(f"CI has to run the browser tests: {message}", pytrace=False)
    config.stash[MISSING] = message
    pytest.skip(message)


@contextlib.contextmanager
def running_server(folder: Path, scratch: Path) -> Iterator[server.Server]:
    """Start JupyterLab on `folder`; whatever it and its kernels keep for themselves goes to `scratch`."""
    for name, settings in SETTINGS.items():
        path = scratch / "settings" / "@jupyterlab" / name
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(settings), encoding="utf-8")
    own = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_RUNTIME_DIR": "runtime", "JUPYTERLAB_SETTINGS_DIR": "settings"}
    own |= {"IPYTHONDIR": "ipython", "LEARNKIT_HOME": "learner", "MPLCONFIGDIR": "matplotlib"}
    more = {name: str(scratch / part) for name, part in own.items()} | {"LEARNKIT_ANSWERS": ""}  # a person, not a machine
    with server.running(ROOT, folder, "", server.any_free_port(), more=more) as lab:
        yield lab


class LabPage:
    """One notebook open in JupyterLab.

    Attributes
    ----------
    page : playwright Page
    foreign : list of str
        Addresses outside this machine that the page asked for.
    failures : list of str
        Errors that scripts of the page raised.
    """

    def __init__(self, page: Page, lab: server.Server) -> None:
        self.page, self.lab = page, lab
        self.foreign: list[str] = []
        self.failures: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.failures.append(str(error)))
        page.on("request", lambda request: self._note(request.url))
        page.on("websocket", lambda socket: self._note(socket.url))

    def _note(self, url: str) -> None:
        here = self.lab.address.removeprefix("http")
        if not url.startswith((f"http{here}/", f"ws{here}/", "data:", "blob:")):
            self.foreign.append(url)

    def open(self, notebook: str) -> None:
        """Open a notebook of the server's folder and wait for its kernel."""
        self.page.goto(f"{self.lab.address}/lab/tree/{notebook}?token={self.lab.token}&reset", wait_until="domcontentloaded")
        self.page.locator(".jp-Notebook").wait_for()
        # The toolbar says idle before there is a kernel, and Run All then asks which one to take; the status bar knows.
        self.page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()

    def run_all(self) -> None:
        """Run every cell, by the menu, and wait for the last."""
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        self.page.wait_for_function(
            "() => [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].every(prompt => /\\d/.test(prompt.textContent))"
        )

    def code_cell(self, text: str) -> Locator:
        """Return the first code cell whose source holds a text."""
        editor = self.page.locator(".jp-InputArea-editor", has_text=text)
        return self.page.locator(".jp-CodeCell").filter(has=editor).first

    def write(self, cell: Locator, source: str) -> None:
        """Put a source in the place of what a cell holds."""
        editor = cell.locator(".cm-content")
        editor.click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(source)
        expect(editor).to_have_text(re.compile(r"\s*".join(map(re.escape, source.split()))))

    def run(self, cell: Locator) -> None:
        """Run one cell from the keyboard, and wait until it is done."""
        prompt = cell.locator(".jp-InputPrompt")
        before = prompt.inner_text()
        cell.locator(".cm-content").click()
        self.page.keyboard.press("ControlOrMeta+Enter")
        expect(prompt).not_to_have_text(before)
        expect(prompt).to_have_text(re.compile(r"\d"))

    def output(self, cell: Locator) -> Locator:
        return cell.locator(".jp-OutputArea")

    def errors(self) -> list[str]:
        """Return every traceback and every warning on the page."""
        return self.page.locator(ERRORS).all_inner_texts()

    def pictures(self) -> Locator:
        return self.page.locator(".jp-OutputArea-output img")


class ExplorerOnPage:
    """An explorer, found by its name and used by keyboard."""

    def __init__(self, page: Page, title: str) -> None:
        self.page = page
        heading = page.get_by_role("heading", name=f"Explorer: {title}", exact=True)
        self.root = page.locator(".jp-OutputArea-output").filter(has=heading)

    @property
    def picture(self) -> Locator:
        return self.root.locator("img")

    @property
    def sentences(self) -> Locator:
        """The summary, and after it one verdict a task: what a screen reader says after a change."""
        return self.root.get_by_role("status")

    def field(self, name: str) -> Locator:
        """Return the number field of a slider."""
        return self.root.get_by_role("spinbutton", name=name, exact=True)

    def handle(self, name: str) -> Locator:
        """Return the handle of the slider beside a number field: the next stop of the Tab key."""
        self.field(name).focus()
        self.page.keyboard.press("Tab")
        handle = self.root.locator(":focus")
        expect(handle).to_have_role("slider")
        return handle

    def press(self, stop: Locator, *keys: str) -> None:
        stop.focus()
        for key in keys:
            self.page.keyboard.press(key)

    def button(self, name: str) -> Locator:
        return self.root.get_by_role("button", name=name, exact=True)
