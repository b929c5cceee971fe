"""No file hangs a command, crashes it, fills the memory or makes it read other files.

Each case runs in its own process with bounded memory and time (see `guard`): reaching a bound is a
failure. A command must read the file correctly, or print a one-line error with the fix and write
nothing. `make hostile` runs the same cases at full size.
"""

import re
import socket
import threading
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pytest

from tests.commands import READING, write_good_files
from tests.promises.hostile.cases import ELSEWHERE, files, special, write
from tests.promises.hostile.guard import Ended, run_guarded

pytestmark = pytest.mark.thorough

SCALE = 400
"""Divisor of the sizes here."""

SHOWN = 4_500
"""Maximum length of a line, in characters: a file name can have 4,096."""


def problem(ended, what: str) -> str | None:
    """Return what is wrong with how a command ended, or None."""
    told = f"{what}: exit {ended.status}, {ended.seconds:.1f} s, {ended.peak_mib:.0f} MiB"
    lines = ended.err.splitlines()
    if (
        ended.status not in {0, 1, 2}
        or "Traceback" in ended.err
        or "Exception ignored" in ended.err
    ):
        return f"{told}: {ended.err[-300:]}"
    if any(len(line) > SHOWN for line in lines):
        return f"{told}: a line of {max(map(len, lines))} characters"
    if ended.status and not (ended.err.strip() or ended.out.strip()):
        return f"{told}: refused without a message"
    return None


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_good_files(tmp_path)
    return tmp_path


class Case(NamedTuple):
    what: str
    words: list[str]


def cases(folder, names, scale: int, *, in_turn: bool) -> Iterator[Case]:
    """Write the files of some readers and yield the commands that read them.

    ``in_turn`` takes every third file of a reader, and one command for it.
    """
    for turn, name in enumerate(names):
        reader = READING[name]
        for number, (what, content) in enumerate(files(reader.family, scale)):
            if in_turn and (number + turn) % 3:
                continue
            path = folder / f"{name.replace('.', '-')}{number}{reader.suffix}"
            write(content, path)
            some = [reader.commands[number // 3 % len(reader.commands)]]
            for command in some if in_turn else reader.commands:
                yield Case(f"{name}, {what}", command.reading(path.name))


def judged(found: Sequence[Case], folder) -> tuple[list[Ended], list[str]]:
    ended = run_guarded([case.words for case in found], cwd=folder)
    told = (problem(e, f"{c.what}: {c.words}") for c, e in zip(found, ended, strict=True))
    return ended, [line for line in told if line]


TEXT_FORMATS = ["catalogue", "scenario", "style", "decisions", "registry", "geojson"]


@pytest.mark.parametrize(
    "names", [TEXT_FORMATS, [name for name in READING if name not in TEXT_FORMATS]], ids=len
)
def test_no_file_hangs_or_crashes_a_command(folder, names):
    found = list(cases(folder, names, SCALE, in_turn=True))
    assert len(found) > 8 * len(names)
    _, wrong = judged(found, folder)
    assert not wrong, "\n".join(wrong)


def test_anything_but_a_regular_file_is_refused_in_one_line(folder):
    found = [
        Case(f"{name}, {what}", reader.commands[number % len(reader.commands)].reading(path.name))
        for name, reader in READING.items()
        for number, (what, path) in enumerate(special(folder / name, reader.suffix))
    ]
    ended, wrong = judged(found, folder)
    assert not wrong, "\n".join(wrong)
    for case, end in zip(found, ended, strict=True):
        assert end.status == 1, case
        lines = (end.out if case.words[1] == "validate" else end.err).splitlines()
        rule = r"not a regular file|cannot be read|[Nn]o such file"
        assert any(re.search(rule, line) for line in lines), (case, lines)


@pytest.fixture
def listener():
    """A local address, and the requests it received."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        done = threading.Event()

        def listen() -> None:
            while not done.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                with connection:
                    connection.settimeout(1)
                    asked.append(connection.recv(200))

        thread = threading.Thread(target=listen)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}", asked
        done.set()
        thread.join()


def test_no_file_name_reaches_the_network(folder, listener):
    """Except an address given to ``--sites``, as documented."""
    host, asked = listener
    found = []
    for name, reader in READING.items():
        for number, pattern in enumerate(ELSEWHERE):
            address = pattern.replace("127.0.0.1:9", host).replace("{}", reader.suffix)
            remote = re.match(r"https?://|simplecache", address)
            command = reader.commands[number % len(reader.commands)]
            if not (remote and "--sites" in command.words):
                found += [Case(f"{name}, {address!r}", command.reading(address))]
    ended, wrong = judged(found, folder)
    assert not wrong, "\n".join(wrong)
    assert {end.status for end in ended} <= {1, 2}
    assert asked == []
