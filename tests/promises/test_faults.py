"""Full disks, closed pipes, kills and missing parts: a one-line error, no incomplete file."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from rangemap.errors import OutputError
from rangemap.io import files
from tests.commands import PRINTING, write_inputs

ROOT = Path(__file__).resolve().parents[2]
RANGEMAP = [sys.executable, "-m", "rangemap"]
RING = ["--from", "33.3,44.4", "--weapon", "Fateh-110", "--site", "Erbil"]


FEW = [
    "map .html", "map .gpkg", "map .fgb", "map .parquet", "map .shp.zip", "map .kmz", "map .csv",
    "map, a page with its table and picture", "check .xlsx", "report .pdf", "weapons import",
    "sites import", "weapons export", *(f"check {suffix} in chunks, with rejects" for suffix in (".csv", ".parquet")),
]  # fmt: skip


@pytest.mark.thorough
def test_no_fault_leaves_an_incomplete_file_or_a_traceback():
    # `make faults` runs all of them. On a disk, SQLite takes a hundred times as long.
    memory = Path("/dev/shm")  # noqa: S108  only a temporary folder is created in it
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        done = subprocess.run(
            [sys.executable, "-m", "tests.release.faults.driver", folder, "6", "7", *FEW],
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
    outcomes = [json.loads(line) for line in done.stdout.splitlines()]
    assert [outcome for outcome in outcomes if outcome[-1]] == []
    kinds = Counter((status > 0) - (status < 0) for _, _, status, _, _ in outcomes)
    assert all(kinds[kind] > 10 for kind in (-1, 0, 1)), kinds


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("in")
    write_inputs(folder)
    return folder


def into(run, words, target):
    """Run a command in this process with a file, or the end of a pipe, as standard output."""
    with open(target, "w", encoding="utf-8") as out, contextlib.redirect_stdout(out):  # noqa: PTH123  a file descriptor, too
        return run(*words)


@pytest.mark.parametrize("name", PRINTING)
def test_a_full_disk_on_standard_output_gives_one_line(run, inputs, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    outcome = into(run, PRINTING[name].reading_from(inputs), "/dev/full")
    assert outcome.status == 1
    said = [line for line in outcome.err.splitlines() if line.startswith("rangemap: ")]
    assert said[-1] == "rangemap: standard output: cannot be written: No space left on device"
    assert "Traceback" not in outcome.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", PRINTING)
def test_a_closed_pipe_ends_the_command_silently(run, inputs, tmp_path, monkeypatch, name):  # fmt: skip
    monkeypatch.chdir(tmp_path)
    reading, writing = os.pipe()
    os.close(reading)
    outcome = into(run, PRINTING[name].reading_from(inputs), writing)
    assert outcome.status == 1
    assert "Traceback" not in outcome.err
    assert "standard output" not in outcome.err


@pytest.mark.parametrize(
    ("words", "closed", "status", "err"),
    [
        (["weapons", "list"], ">&-", 1, "rangemap: standard output: cannot be written: Bad file descriptor\n"),
        (["check", *RING, "-o", "x.csv"], ">&-", 0, "wrote x.csv (0 kB)\n"),
        (["check", *RING, "-o", "x.csv"], "<&- >&- 2>&-", 0, ""),
        (["check", *RING, "-o", "x.csv"], "2>/dev/full", 0, ""),
        (["weapons", "list"], "| true; exit ${PIPESTATUS[0]}", 1, ""),
        (["weapons", "list"], "> /dev/full", 1, "rangemap: standard output: cannot be written: No space left on device\n"),
    ],
)  # fmt: skip
def test_closed_standard_streams_are_handled(tmp_path, words, closed, status, err):
    script = f'"$0" -m rangemap "$@" {closed}'
    done = subprocess.run(
        ["/bin/bash", "-c", script, sys.executable, *words],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (status, "", err)
    if "x.csv" in words and status == 0:
        # The file is complete, and nothing else was written into it.
        lines = (tmp_path / "x.csv").read_text("utf-8-sig").splitlines()
        assert [line.partition(",")[0] for line in lines] == ["origin", '"33.3']


@pytest.mark.thorough(keep=[("check", signal.SIGTERM)])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("command", ["map", "check"])
def test_a_signal_ends_the_command_with_its_status_and_leaves_nothing(tmp_path, command, number):
    words = {
        "map": [*RING, "-o", "x.gpkg"],
        "check": ["--from", "0,0", "--range", "9000 km", "--sites", "s.csv", "-o", "x.csv", "--rejects", "r.csv"],
    }  # fmt: skip
    rows = "".join(f"S{n},{n % 90},{n % 180}\n" for n in range(300_000))
    (tmp_path / "s.csv").write_text(f"name,lat,lon\n{rows}", "utf-8")
    (tmp_path / "tmp").mkdir()
    running = subprocess.Popen(
        [*RANGEMAP, command, *words[command]],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "TMPDIR": str(tmp_path / "tmp")},
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not list(tmp_path.rglob(".rangemap-*")) and time.monotonic() < deadline:
        assert running.poll() is None, running.communicate()
        time.sleep(0.005)
    running.send_signal(number)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, out) == (-number, "")
    assert err == "rangemap: interrupted; no incomplete file was left\n"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["s.csv", "tmp"]


@pytest.mark.thorough(keep=[(signal.SIGKILL,)])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_workers_end_with_their_parent(tmp_path, number):
    rows = "".join(f"S{n},{n % 90},{n % 180}\n" for n in range(400_000))
    (tmp_path / "s.csv").write_text(f"name,lat,lon\n{rows}", "utf-8")
    words = ["--from", "0,0", "--range", "9000 km", "--sites", "s.csv", "-o", "x.csv"]
    running = subprocess.Popen(
        [*RANGEMAP, "check", *words, "--rejects", "r.csv", "--workers", "2"],
        cwd=tmp_path, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    at_work = []
    deadline = time.monotonic() + 60
    while len(at_work) < 2 and running.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
        children = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
        at_work = [
            each for each in children if b"spawn_main" in Path(f"/proc/{each}/cmdline").read_bytes()
        ]
    assert len(at_work) == 2, running.communicate()
    if number == signal.SIGINT:
        os.killpg(running.pid, number)  # as a terminal does
        assert (
            running.communicate(timeout=60)[1]
            == "rangemap: interrupted; no incomplete file was left\n"
        )
    else:
        running.kill()
        running.communicate(timeout=60)
    assert running.returncode == -number
    while any(is_alive(each) for each in at_work) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(is_alive(each) for each in at_work)
    files.write_all({tmp_path / "a.csv": b""})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "s.csv"]


INTERRUPTED_AT_A_START = """
import os, signal, sys, time
from multiprocessing import util

start, started = util.spawnv_passfds, []

def start_and_interrupt(path, args, passfds):
    process = start(path, args, passfds)
    if any("spawn_main" in str(word) for word in args):
        started.append(process)
        print(process, flush=True)
        if len(started) == int(os.environ["NTH"]):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.2)  # some thread takes it
    return process

util.spawnv_passfds = start_and_interrupt
from rangemap.__main__ import main
sys.exit(main())
"""


@pytest.mark.parametrize("nth", [1, 2])
def test_no_partly_started_worker_remains(tmp_path, nth):
    rows = "".join(f"S{n},{n % 90},{n % 180}\n" for n in range(400_000))
    (tmp_path / "s.csv").write_text(f"name,lat,lon\n{rows}", "utf-8")
    words = ["--from", "0,0", "--range", "9000 km", "--sites", "s.csv", "-o", "x.csv"]
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_AT_A_START, "check", *words, "--workers", "2"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "NTH": str(nth)},
    )  # fmt: skip
    assert done.returncode == -signal.SIGINT
    assert done.stderr == "rangemap: interrupted; no incomplete file was left\n"
    started = done.stdout.split()
    assert len(started) == nth
    assert not any(is_alive(each) for each in started)
    assert [path.name for path in tmp_path.iterdir()] == ["s.csv"]


def is_alive(process):
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return "zombie" not in Path(f"/proc/{process}/status").read_text()
    return False


def test_the_next_run_removes_files_of_a_killed_run_but_not_of_a_running_one(tmp_path):
    (tmp_path / ".rangemap-0123.tmp").write_bytes(b"left")
    (tmp_path / ".rangemap-4567.tmp").mkdir()
    (tmp_path / ".rangemap-4567.tmp" / "rows").write_bytes(b"left")
    (tmp_path / ".rangemap-link").symlink_to(tmp_path / "mine.txt")
    (tmp_path / "mine.txt").write_text("mine")
    script = (
        "import sys; from pathlib import Path; from rangemap.io.files import replacing_all, scratch\n"
        "with scratch(Path(sys.argv[1])), replacing_all([Path(sys.argv[1]) / 'theirs.csv']) as (f,):\n"
        "    f.write(b'theirs'); print(flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    other.stdout.readline()
    files.write_all({tmp_path / "a.csv": b"mine"})
    left = {path.name for path in tmp_path.glob(".rangemap-*")}
    assert len(left - {".rangemap-link"}) == 2  # the other process's file and folder
    other.communicate(b"")
    assert other.returncode == 0
    assert {path.name: path.read_text() for path in tmp_path.iterdir() if path.name != ".rangemap-link"} == {
        "a.csv": "mine", "theirs.csv": "theirs", "mine.txt": "mine",
    }  # fmt: skip


def test_concurrent_writers_of_one_file_leave_one_complete_result(tmp_path):
    path = tmp_path / "x.csv"
    contents = [bytes([letter]) * 300_000 for letter in b"abcdefgh"]

    def write(content):
        for _ in range(15):
            files.write_all({path: content})

    writers = [threading.Thread(target=write, args=(content,)) for content in contents]
    for writer in writers:
        writer.start()
    seen = set()
    while any(writer.is_alive() for writer in writers):
        with contextlib.suppress(FileNotFoundError):
            seen.add(path.read_bytes())
    for writer in writers:
        writer.join()
    assert seen <= set(contents)
    assert [path.name for path in tmp_path.iterdir()] == ["x.csv"]


def test_related_files_are_replaced_together_or_not_at_all(tmp_path):
    paths = [tmp_path / name for name in ("x.png", "x.alt.txt")]
    for path in paths:
        path.write_text("old")
    with pytest.raises(OutputError, match=r"missing/x.txt: cannot be written: No such file"):
        files.write_all(
            {paths[0]: b"new", paths[1]: b"new", tmp_path / "missing" / "x.txt": b"new"}
        )
    assert [path.read_text() for path in paths] == ["old", "old"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.alt.txt", "x.png"]


def test_a_folder_removed_during_writing_gives_one_line(tmp_path):
    folder = tmp_path / "gone"
    folder.mkdir()
    writing = files.replacing_all([folder / "x.csv"])
    (file,) = writing.__enter__()
    file.write(b"rows")
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    with pytest.raises(OutputError, match=r"x\.csv: cannot be written: No such file or directory"):
        writing.__exit__(None, None, None)
    assert list(tmp_path.iterdir()) == []


def test_a_file_name_of_maximum_length_is_written(tmp_path):
    path = tmp_path / f"{'ж' * 125}.csv"
    files.write_all({path: b"rows"})
    assert path.read_bytes() == b"rows"


@pytest.mark.parametrize("suffix", [".gpkg", ".shp.zip"])
def test_an_unusable_temporary_folder_gives_one_line(run, tmp_path, monkeypatch, suffix):  # fmt: skip
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    outcome = run("map", *RING, "-o", tmp_path / f"x{suffix}")
    assert outcome.status == 1
    assert outcome.err == f"rangemap: {tmp_path / 'missing'}: cannot be written: No such file or directory\n"  # fmt: skip
    assert list(tmp_path.iterdir()) == []


EXTRAS = {
    "excel": (["xlsxwriter"], [["check", *RING, "-o", "x.xlsx"]]),
    "lang": (["babel"], [["map", *RING, "--lang", "fr", "-o", "x.html"]]),
    "parquet": (["pyarrow"], [
        ["check", *RING, "-o", "x.parquet"], ["map", *RING, "-o", "x.parquet"],
        ["check", "--from", "0,0", "--range", "5 km", "--sites", "{in}/sites.csv", "--rejects", "r.csv", "--summary"],
        ["sites", "import", "{in}/places.parquet", "-o", "x.geojson"],
    ]),
    "pictures": (["matplotlib"], [["map", *RING, "-o", f"x{suffix}"] for suffix in (".png", ".jpg", ".webp", ".svg", ".pdf")]),
    "report": (["docx", "typst", "matplotlib"], [["report", *RING, "-o", f"x{suffix}"] for suffix in (".docx", ".pdf")]),
    "remote": (["fsspec"], [["check", "--from", "0,0", "--range", "5 km", "--sites", "s3://b/s.csv", "--summary"]]),
}  # fmt: skip


@pytest.mark.parametrize("name", EXTRAS)
def test_a_missing_extra_gives_one_line_with_the_fix(
    run, inputs, tmp_path, monkeypatch, forget, name
):
    (inputs / "places.parquet").write_bytes(b"PAR1")
    modules, commands = EXTRAS[name]
    monkeypatch.chdir(tmp_path)
    for module in modules:
        forget(f"{module}.")
        monkeypatch.setitem(sys.modules, module, None)  # as if it were not installed
    forget("rangemap.render.")  # modules that imported it must import it again
    for words in commands:
        outcome = run(*(word.format(**{"in": inputs}) for word in words))
        assert (outcome.status, outcome.out) == (1, ""), words
        assert outcome.err.count("\n") == 1, outcome.err
        assert f'pip install "rangemap[{name}]"' in outcome.err
        assert list(tmp_path.iterdir()) == []


UNUSUAL = {
    "C": {"LC_ALL": "C"},
    "Turkish": {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
    "a terminal in Latin-1": {"PYTHONIOENCODING": "latin-1"},
    "no home": {"HOME": None},
}
WORDS = [
    ["check", "-f", "Köln", "--range", "Reichweite ß=900 km", "--sites", "s.csv"],
    ["check", "-f", "Köln", "--range", "ı=900 km", "--sites", "s.csv", "-o", "ü.csv"],
    ["weapons", "show", "SHAHED-136"],
    ["check", "-f", "Nirgendwö", "--range", "5 km"],
]


def said_and_written(folder, changes):
    """Run commands with names in other scripts as arguments, input, output and file names."""
    folder.mkdir()
    (folder / "s.csv").write_text("name,lat,lon\nİstanbul,41,29\nKöln,51,7\n", "utf-8")
    script = (
        "import sys; from rangemap.cli.app import main\n"
        f"for words in {WORDS!r}:\n"
        "    sys.argv = ['rangemap', *words]\n"
        "    try: main()\n"
        "    except SystemExit as stop: print(stop.code)"
    )
    (folder / "do.py").write_text(script, "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **changes}
    done = subprocess.run(
        [sys.executable, "do.py"], cwd=folder, capture_output=True, check=True,
        env={key: value for key, value in environment.items() if value is not None},
    )  # fmt: skip
    return done.stdout.decode(), done.stderr.decode(), (folder / "ü.csv").read_bytes()


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    return said_and_written(tmp_path_factory.mktemp("usual") / "x", {"LC_ALL": "C.UTF-8"})


@pytest.mark.thorough(keep=[("Turkish",), ("no home",)])
@pytest.mark.parametrize("name", UNUSUAL)
def test_locale_terminal_and_home_change_neither_messages_nor_bytes(usual, tmp_path, name):
    assert said_and_written(tmp_path / "x", UNUSUAL[name]) == usual
    out, err, _ = usual
    assert "İstanbul" in out
    assert "Nirgendwö" in err


def test_a_locale_that_cannot_decode_arguments_is_refused_in_one_line(tmp_path):
    bare = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    (tmp_path / "m.yaml").write_text(
        "origins: ['0,0']\nranges: [5 km]\nsites: ['1,1']\noutputs: [ü.csv]\n", "utf-8"
    )
    for words, status, named in ((["check", "-f", "Köln", "--range", "5 km"], 2, "'K"), (["map", "m.yaml"], 1, "csv'")):  # fmt: skip
        done = subprocess.run(
            [*RANGEMAP, *words], cwd=tmp_path, env=bare, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout) == (status, "")
        assert named in done.stderr
        assert done.stderr.endswith("set LC_ALL=C.UTF-8 or PYTHONUTF8=1\n")
        assert done.stderr.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["m.yaml"]


def test_windows_line_ends_are_read_like_others(run, tmp_path):
    (tmp_path / "w.yaml").write_text(
        'edition: "1"\nweapons:\n  - id: a\n    name: A\n    country: Iraq\n'
        "    category: cruise missile\n    claims:\n      - id: one\n        range: up to 250 km\n"
        "        note: >-\n          two\n          lines\n"
        "        source: {publisher: P, title: T, url: https://example.org/, date: 2024-01}\n",
        "utf-8",
    )
    (tmp_path / "s.csv").write_text('name,lat,lon,note\nA,1,1,"two\nlines"\nB,2,2,\n', "utf-8")
    (tmp_path / "m.yaml").write_text(
        "title: Two\ncatalogue: [w.yaml]\norigins: ['0,0']\nweapons: [A]\nsites: s.csv\n", "utf-8"
    )
    whole = run("check", tmp_path / "m.yaml", "--format", "csv")
    assert (whole.status, whole.err) == (0, "")
    for name in ("w.yaml", "m.yaml", "s.csv"):
        path = tmp_path / name
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
        changed = run("check", tmp_path / "m.yaml", "--format", "csv")
        # A line end inside a quoted field belongs to the field.
        assert changed.out.replace("two\r\n", "two\n") == whole.out, name
        assert (changed.status, changed.err) == (0, "")
