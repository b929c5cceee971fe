"""A private PostGIS: Debian's server in a temporary folder, on a Unix socket."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Self

SETTINGS = (
    "listen_addresses=''", "shared_buffers=2GB", "work_mem=256MB", "maintenance_work_mem=1GB",
    "max_wal_size=8GB", "wal_level=minimal", "max_wal_senders=0", "fsync=off", "jit=off",
)  # fmt: skip
FOLDER = "BENCH_POSTGRES"  # the environment variable with the folder of a running server


def programs() -> Path | None:
    """Return the folder of the newest server installed by Debian's packages, if any."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max((path.parent for path in found), key=lambda path: int(path.parent.name), default=None)  # fmt: skip


class Server:
    """A running server; PostgreSQL refuses to run as root, so root runs it as `postgres`."""

    def __enter__(self) -> Self:
        bin_folder = programs()
        if bin_folder is None:
            raise SystemExit("no PostgreSQL; install postgresql-15-postgis-3")
        self.bin = bin_folder
        self.folder = Path(tempfile.mkdtemp(prefix="bench-"))
        self.as_user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        if self.as_user:
            shutil.chown(self.folder, "postgres", "postgres")
        data = str(self.folder / "data")
        self._run("initdb", "-D", data, "-A", "trust", "-U", "bench", "-E", "UTF8", "--locale=C")
        options = " ".join([f"-k {self.folder}", *(f"-c {setting}" for setting in SETTINGS)])
        self._run("pg_ctl", "-D", data, "-w", "-l", f"{self.folder}/log", "-o", options, "start")
        with connect(self.folder) as link:
            link.execute("CREATE EXTENSION postgis")
            link.execute("CREATE TABLE prepared (name text PRIMARY KEY, seconds float8, kb int)")
        return self

    def __exit__(self, *_: object) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self.folder)

    def version(self) -> str:
        """Return the versions of PostgreSQL and PostGIS."""
        sql = "SELECT current_setting('server_version'), postgis_lib_version()"
        with connect(self.folder) as link:
            server, postgis = link.execute(sql).fetchone()
        return f"{postgis}, PostgreSQL {server.split()[0]}"

    def _run(self, program: str, *words: str) -> None:
        command = [*self.as_user, str(self.bin / program), *words]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL)


def connect(folder: Path | str) -> Any:
    import psycopg  # installed by `make bench` only

    return psycopg.connect(host=str(folder), user="bench", dbname="postgres", autocommit=True)
