"""The record survives what happens to files: kills, two writers, damage, later versions, folders that cannot be written."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from learnkit.course.files import TEMPORARY
from learnkit.study import hints_opened, next_hint, records

ROOT = Path(__file__).resolve().parents[2]
Restart = Callable[[], None]


def python(script: str, home: Path, *arguments: str, **more: str) -> "subprocess.Popen[str]":
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LEARNKIT_HOME": str(home), **more}
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def add(name: str) -> None:
    records.update(lambda record: record["hints"].setdefault(name, {"opened": 1}))


def on_disk(home: Path) -> records.Record:
    return records.parse((home / "record.json").read_bytes())


def refuse(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_what_is_written_is_there_after_a_restart(restarted: Restart) -> None:
    add("04.softmax")
    restarted()
    assert hints_opened("04.softmax") == 1


def test_the_file_is_readable_sorted_json_with_a_version(home: Path) -> None:
    add("04.b")
    add("04.a")
    text = (home / "record.json").read_text(encoding="utf-8")
    record = json.loads(text)
    assert record["version"] == records.VERSION
    assert text == json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def test_a_change_that_changes_nothing_writes_nothing(home: Path) -> None:
    records.update(lambda record: None)
    assert not (home / "record.json").exists()


def test_without_a_named_folder_the_record_is_in_the_users_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEARNKIT_HOME")
    path = records.record_path()
    assert path.name == "record.json"
    assert path.parent.name == "learnkit"
    assert path.is_absolute()


def test_for_machines_the_file_is_neither_read_nor_written(home: Path, machine: None) -> None:
    home.mkdir()
    (home / "record.json").write_text("not a record", encoding="utf-8")
    assert next_hint("04.softmax", 4) == 1
    assert hints_opened("04.softmax") == 1
    assert [path.name for path in home.iterdir()] == ["record.json"]
    assert (home / "record.json").read_text(encoding="utf-8") == "not a record"


# Forks children that write in a tight loop and report each number after it was written; kills each at a random moment.
KILLER = """
import os, random, signal, sys, time
from learnkit.study import records
import filelock
random.seed(0)
for child in range(int(sys.argv[1])):
    get, put = os.pipe()
    pid = os.fork()
    if pid == 0:
        number = 0
        while True:
            name = f"04.{child}-{number}"
            records.update(lambda record: record["hints"].setdefault(name, {"opened": 1}))
            os.write(put, f"{name}\\n".encode())
            number += 1
    os.close(put)
    time.sleep(0.04 * random.random() + 0.003)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    with open(get) as confirmed:
        names = confirmed.read().split()
    record = records.parse(records.record_path().read_bytes()) if records.record_path().exists() else records.empty()
    missing = [name for name in names if name not in record["hints"]]
    print(len(names), *missing)
"""


@pytest.mark.skipif(
    not hasattr(os, "fork"), reason="processes are forked, which this system cannot do; the test after it kills without forking"
)
def test_a_kill_at_any_moment_leaves_a_valid_file_and_loses_nothing_confirmed(home: Path) -> None:
    run = python(KILLER, home, "60")
    out, errors = run.communicate(timeout=60)
    assert (run.returncode, errors) == (0, "")
    lines = [line.split() for line in out.splitlines()]
    assert len(lines) == 60
    assert all(len(line) == 1 for line in lines), "a confirmed entry is missing"
    assert sum(int(line[0]) for line in lines) > 15
    assert len(on_disk(home)["hints"]) >= sum(int(line[0]) for line in lines)


# Kills itself inside a call that writing makes: before, or after it has done its work.
SUICIDE = """
import os, signal, sys
from learnkit.study import records
name, when = sys.argv[1:]
records.update(lambda record: record["hints"].setdefault("04.first", {"opened": 1}))
real = getattr(os, name)
def deadly(*arguments):
    if when == "after":
        real(*arguments)
    os.kill(os.getpid(), signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
setattr(os, name, deadly)
records.update(lambda record: record["hints"].setdefault("04.second", {"opened": 1}))
"""


@pytest.mark.parametrize(
    ("call", "when", "written"),
    [("fsync", "before", False), ("fsync", "after", False), ("replace", "before", False), ("replace", "after", True)],
)
def test_a_kill_within_a_write_leaves_the_old_record_or_the_new_one(home: Path, call: str, when: str, written: bool) -> None:
    run = python(SUICIDE, home, call, when)
    run.communicate(timeout=30)
    assert run.returncode != 0
    assert set(on_disk(home)["hints"]) == ({"04.first", "04.second"} if written else {"04.first"})
    add("04.third")  # the dead writer's lock is open, and its temporary file goes
    assert "04.third" in on_disk(home)["hints"]
    assert not list(home.glob(f"{TEMPORARY}*"))


WRITER = """
import sys
from learnkit.study import next_hint, record_attempt
for number in range(60):
    next_hint("04.shared", 1000)
    record_attempt(f"04.{sys.argv[1]}", {"passed": False})
"""


def test_two_processes_that_write_at_once_lose_nothing(home: Path) -> None:
    runs = [python(WRITER, home, name) for name in ("one", "two")]
    assert [run.communicate(timeout=60)[1] for run in runs] == ["", ""]
    record = on_disk(home)
    assert record["hints"]["04.shared"]["opened"] == 120
    assert [record["problems"][f"04.{name}"]["attempts"] for name in ("one", "two")] == [60, 60]


def broken(**sections: object) -> str:
    return json.dumps({**records.empty(), **sections})


DAMAGE = {
    "empty": "",
    "cut off": '{"version": 1, "hints": {"04.a": {"op',
    "another kind of file": "%PDF-1.7",
    "a list": "[]",
    "no version": "{}",
    "no sections": '{"version": 1}',
    "an entry that is a number": broken(hints={"04.a": 3}),
    "a field of another type": broken(hints={"04.a": {"opened": "two"}}),
    "a date that is none": broken(recall={"04.r1": {"box": 1, "due": "soon", "answers": []}}),
    "a date without a time zone": broken(lessons={"04": {"opened": "2025-01-31T10:00:00"}}),
    "an answer without its date": broken(predictions={"04.x": {"first": {"answer": 1}, "latest": {"answer": 1}, "changes": 0}}),
    "a section that is a list": broken(problems=[]),
    "deeper than Python reads": "[" * 100_000,
}


@pytest.mark.parametrize("reading", [True, False], ids=["met when reading", "met when writing"])
@pytest.mark.parametrize("text", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_record_is_set_aside_whole_and_said(home: Path, capsys: pytest.CaptureFixture[str], text: str, reading: bool) -> None:
    home.mkdir()
    (home / "record.json").write_text(text, encoding="utf-8")
    if reading:
        assert hints_opened("04.softmax") == 0
    add("04.new")
    said = capsys.readouterr()
    (aside,) = home.glob("record-damaged-*.json")
    assert aside.read_text(encoding="utf-8") == text
    assert said.out == ""
    assert said.err.count("could not be read") == 1
    assert aside.name in said.err
    assert set(on_disk(home)["hints"]) == {"04.new"}


def test_bytes_that_are_no_text_are_set_aside(home: Path) -> None:
    home.mkdir()
    (home / "record.json").write_bytes(b"\xff\xfe{}")
    add("04.new")
    assert [path.read_bytes() for path in home.glob("record-damaged-*.json")] == [b"\xff\xfe{}"]


def test_two_damaged_records_within_a_second_are_both_kept(home: Path) -> None:
    home.mkdir()
    for text in ("one", "two"):
        (home / "record.json").write_text(text, encoding="utf-8")
        add("04.new")
    assert sorted(path.read_text(encoding="utf-8") for path in home.glob("record-damaged-*.json")) == ["one", "two"]


def test_a_record_of_a_later_version_is_not_touched_and_said_once(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home.mkdir()
    text = '{"version": 2, "galaxies": {}}'
    (home / "record.json").write_text(text, encoding="utf-8")
    assert next_hint("04.softmax", 4) == 1
    assert next_hint("04.softmax", 4) == 2
    assert hints_opened("04.softmax") == 2
    assert (home / "record.json").read_text(encoding="utf-8") == text
    said = capsys.readouterr().err
    assert said.count("left as it is") == 1
    assert "it has version 2, and this learnkit reads version 1" in said
    assert "Update learnkit" in said


def test_what_a_later_learnkit_of_this_version_adds_is_kept(home: Path) -> None:
    home.mkdir()
    (home / "record.json").write_text(broken(galaxies={"m31": {}}, hints={"04.a": {"opened": 1, "color": "red"}}), encoding="utf-8")
    add("04.b")
    record = on_disk(home)
    assert record["galaxies"] == {"m31": {}}
    assert record["hints"]["04.a"] == {"opened": 1, "color": "red"}


def test_where_no_folder_can_be_made_the_lesson_goes_on_with_one_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    home.write_text("a file where the folder should be", encoding="utf-8")
    assert [next_hint("04.softmax", 3) for _ in range(4)] == [1, 2, 3, 3]
    assert hints_opened("04.softmax") == 3
    assert capsys.readouterr().err.count("cannot be used now") == 1


def test_what_could_not_be_written_is_written_as_soon_as_that_works(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    add("04.before")
    with monkeypatch.context() as full:
        full.setattr(records, "write_atomically", refuse)
        add("04.during")
        assert next_hint("04.during", 4) == 2
    assert set(on_disk(home)["hints"]) == {"04.before"}
    said = capsys.readouterr().err
    assert said.count("cannot be used now (No space left on device)") == 1
    next_hint("04.after", 4)
    assert {name: entry["opened"] for name, entry in on_disk(home)["hints"].items()} == {"04.before": 1, "04.during": 2, "04.after": 1}
    assert "can be written again" in capsys.readouterr().err


def test_a_record_that_can_only_be_read_is_read(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, restarted: Restart
) -> None:
    add("04.softmax")
    restarted()
    monkeypatch.setattr(records, "write_atomically", refuse)
    assert next_hint("04.softmax", 4) == 2


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write into any folder")
def test_a_folder_without_the_right_to_write_is_said(home: Path, capsys: pytest.CaptureFixture[str], restarted: Restart) -> None:
    add("04.softmax")
    restarted()
    (home / "record.json.lock").unlink()
    home.chmod(0o500)
    try:
        assert next_hint("04.softmax", 4) == 2
    finally:
        home.chmod(0o700)
    assert capsys.readouterr().err.count("cannot be used now") == 1


FULL = """
import resource
from learnkit.study import next_hint, hints_opened
next_hint("04.softmax", 4)
resource.setrlimit(resource.RLIMIT_FSIZE, (10, resource.RLIM_INFINITY))  # a file may have ten bytes: as on a full disk, writing fails
next_hint("04.softmax", 4), next_hint("04.softmax", 4)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
assert hints_opened("04.softmax") == 3
next_hint("04.softmax", 4)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files to simulate a full disk with")
def test_a_write_that_the_system_refuses_in_the_middle_leaves_the_file_and_is_made_up_for(home: Path) -> None:
    run = python(FULL, home)
    _, errors = run.communicate(timeout=30)
    assert run.returncode == 0, errors
    assert errors.count("cannot be used now") == 1
    assert errors.count("can be written again") == 1
    assert on_disk(home)["hints"]["04.softmax"]["opened"] == 4
    assert not list(home.glob(f"{TEMPORARY}*"))


def test_a_lock_that_another_process_keeps_delays_once_and_is_said(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    add("04.softmax")
    holder = python(
        "import sys, time, filelock; lock = filelock.FileLock(sys.argv[1]); lock.acquire(); print('held', flush=True); time.sleep(60)",
        home,
        str(home / "record.json.lock"),
    )
    assert holder.stdout is not None
    try:
        holder.stdout.readline()
        monkeypatch.setattr(records, "PATIENCE", 0.2)
        begin = time.perf_counter()
        assert [next_hint("04.softmax", 4) for _ in range(2)] == [2, 3]
        assert time.perf_counter() - begin < 5
    finally:
        holder.kill()
        holder.communicate()
    assert capsys.readouterr().err.count("cannot be used now") == 1
    assert next_hint("04.softmax", 4) == 4
    assert on_disk(home)["hints"]["04.softmax"]["opened"] == 4
