"""Which browser the tests take, and what happens where there is none."""

from pathlib import Path
from types import SimpleNamespace

import lab_pages
import pytest
from playwright.sync_api import Error


class Playwright:
    """Stands for Playwright on a machine where only some programs start."""

    def __init__(self, downloaded: str, starts: str = "") -> None:
        self.starts = starts
        self.chromium = SimpleNamespace(executable_path=downloaded, launch=self.launch)

    def launch(self, *, executable_path: str, headless: bool, args: list[str]) -> str:
        assert headless
        if executable_path != self.starts:
            raise Error("a library is missing\nmore lines")
        return executable_path


def program(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o755)
    return str(path)


@pytest.fixture(autouse=True)
def _empty_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(lab_pages, "USUAL_PLACES", ("{PROGRAMS}/Chrome/chrome.exe", "{NOWHERE}/chrome.exe"))
    monkeypatch.setenv("PROGRAMS", str(tmp_path / "programs"))
    monkeypatch.delenv("NOWHERE", raising=False)


def test_installed_browsers_come_first_and_then_the_download(tmp_path: Path) -> None:
    downloaded = program(tmp_path / "download" / "chrome")
    assert lab_pages.open_browser(Playwright(downloaded, starts=downloaded)) == downloaded  # type: ignore[arg-type, comparison-overlap]
    usual = program(tmp_path / "programs" / "Chrome" / "chrome.exe")
    on_path = program(tmp_path / "bin" / "google-chrome")
    assert lab_pages.installed_browsers() == [on_path, usual]
    # one that does not start is passed over
    assert lab_pages.open_browser(Playwright(downloaded, starts=usual)) == usual  # type: ignore[arg-type, comparison-overlap]


def test_without_a_browser_the_message_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(lab_pages.NoBrowser, match=r"there is no Chromium, Chrome or Edge .*Install one, or run: .* install chromium"):
        lab_pages.open_browser(Playwright(str(tmp_path / "none")))  # type: ignore[arg-type]
    broken = program(tmp_path / "bin" / "chromium")
    with pytest.raises(lab_pages.NoBrowser, match=f"{broken} does not start: a library is missing. Install one"):
        lab_pages.open_browser(Playwright(str(tmp_path / "none")))  # type: ignore[arg-type]


def test_a_person_skips_loudly_and_a_server_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    config = SimpleNamespace(stash=pytest.Stash())
    monkeypatch.setenv("CI", "false")
    with pytest.raises(pytest.skip.Exception, match="none here"):
        lab_pages.go_without(config, "none here")  # type: ignore[arg-type]
    assert config.stash[lab_pages.MISSING] == "none here"
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="CI has to run the browser tests: none here"):
        lab_pages.go_without(config, "none here")  # type: ignore[arg-type]
