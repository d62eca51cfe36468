"""`make wheel-test`: the wheel of this machine in a fresh environment outside the clone, without a compiler.

A command of its own: it compiles the wheel's kernels and installs some forty packages twice.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest

from solver.kernel.variants import PLATFORMS
from tools.wheels import ROOT, chosen, make_wheel, uv

MOST_MB = {"": 500, "service": 560}
"""An environment of planning alone, and one with the service."""


@dataclass(frozen=True)
class Installed:
    """An environment, and an empty folder to work in."""

    folder: Path
    work: Path

    def python(self, *arguments: str) -> list[str]:
        return [str(self.folder / "bin" / "python"), *arguments]

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of the clone, no compiler on the PATH and no library compiled before."""
        own = {"PATH": str(self.folder / "bin"), "HOME": str(self.work), "BRIGADE_LANG": "en"}
        return own | {name: os.environ[name] for name in ("LANG", "TMPDIR") if name in os.environ}

    def brigade(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(self.folder / "bin" / "brigade"), *arguments]
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            cwd=self.work,
            env=self.environment,
            timeout=300,
        )


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_wheel(chosen([], here=True)[0], tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def planning(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return install(wheel, tmp_path_factory.mktemp("planning"))


@pytest.fixture(scope="session")
def serving(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return install(wheel, tmp_path_factory.mktemp("serving"), "--extra", "service")


def install(wheel: Path, folder: Path, *extras: str) -> Installed:
    """The versions of the lock, then the wheel."""
    asked = folder / "asked.txt"
    quiet = {"check": True, "cwd": ROOT, "env": {**os.environ, "VIRTUAL_ENV": str(folder / "env")}}
    subprocess.run([uv(), "venv", "-q", "--python", sys.executable, str(folder / "env")], **quiet)  # type: ignore[call-overload]
    export = ["export", "--locked", "-q", "--no-default-groups", "--no-emit-project", *extras]
    subprocess.run([uv(), *export, "-o", str(asked)], **quiet)  # type: ignore[call-overload]
    subprocess.run([uv(), "pip", "install", "-q", "-r", str(asked)], **quiet)  # type: ignore[call-overload]
    subprocess.run([uv(), "pip", "install", "-q", "--no-deps", str(wheel)], **quiet)  # type: ignore[call-overload]
    (folder / "work").mkdir()
    return Installed(folder / "env", folder / "work")


def megabytes(folder: Path) -> float:
    """As `du -m` counts, with the bytecode that pip leaves beside each module."""
    compiled = [str(folder / "bin" / "python"), "-m", "compileall", "-q", str(folder / "lib")]
    subprocess.run(compiled, check=False, stdout=subprocess.DEVNULL)
    files = (path.lstat() for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(file.st_blocks * 512 for file in files) / 2**20


def test_it_plans_and_checks_without_a_compiler(planning: Installed) -> None:
    """And as quickly as ever: nothing is compiled, so nothing is kept either."""
    assert json.loads(planning.brigade("warmup", "--json").stdout)["seconds"] < 1
    drawn = planning.brigade("generate", "--preset", "rural_day", "-o", "day.json")
    assert drawn.returncode == 0, drawn.stderr
    solved = planning.brigade("solve", "day.json", "-o", "plan.json", "--iterations", "2000")
    assert solved.returncode == 0, solved.stderr
    checked = planning.brigade("check", "day.json", "plan.json")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert list(planning.work.rglob("*.so")) == []


def test_the_same_plan_as_a_kernel_compiled_here(planning: Installed) -> None:
    planning.brigade("generate", "--preset", "rural_day", "-o", "same.json")
    planning.brigade("solve", "same.json", "-o", "shipped.json", "--iterations", "2000", "--threads", "1")
    again = ["solve", "same.json", "-o", "native.json", "--iterations", "2000", "--threads", "1"]
    command = [sys.executable, "-m", "scenarios", *again]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(command, check=True, cwd=planning.work, env=environment, stdout=subprocess.DEVNULL)
    shipped, native = (
        json.loads((planning.work / name).read_text("utf-8")) for name in ("shipped.json", "native.json")
    )
    assert shipped["routes"] == native["routes"]


def test_without_the_service_it_says_what_to_install(planning: Installed) -> None:
    refused = planning.brigade("serve")
    assert refused.returncode == 2
    assert "brigade-domicile[service]" in refused.stderr


def test_with_the_service_it_serves(serving: Installed) -> None:
    with served(serving) as address, urllib.request.urlopen(f"{address}/readyz", timeout=10) as answer:
        assert answer.status == 200


@contextmanager
def served(installed: Installed) -> Iterator[str]:
    """The demonstration, on a port that was free; the address that it says."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    command = [str(installed.folder / "bin" / "brigade"), "serve", "--demo", "--port", port]
    with subprocess.Popen(
        command,
        cwd=installed.work,
        env=installed.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            said = []
            for line in process.stdout or ():
                said.append(line)
                if found := re.search(rf"http://127\.0\.0\.1:{port}", line):
                    yield found[0]
                    return
            pytest.fail("".join(said))
        finally:
            process.terminate()


@pytest.mark.parametrize("extra", list(MOST_MB))
def test_the_environment_is_small(extra: str, planning: Installed, serving: Installed) -> None:
    folder = (serving if extra else planning).folder
    size = megabytes(folder)
    print(f"{extra or 'planning alone'}: {size:.0f} MB")
    assert size < MOST_MB[extra]
    assert not list(folder.rglob("ziglang"))


def test_what_the_wheel_holds(wheel: Path) -> None:
    names = ZipFile(wheel).namelist()
    assert {f"{room}/py.typed" for room in ("brigade", "solver", "api", "scenarios")} <= set(names)
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    assert not any(name.startswith("scenarios/bench/data/") for name in names)
    assert wheel.name.startswith("brigade_domicile-")
    [here] = chosen([], here=True)
    kernels = [name for name in names if name.startswith("solver/kernel/shipped/")]
    assert len(kernels) == len(here.variants)
    assert here.tag in wheel.name


def test_the_metadata_says_whose_and_what_it_is(wheel: Path) -> None:
    with ZipFile(wheel) as file:
        [name] = [name for name in file.namelist() if name.endswith(".dist-info/METADATA")]
        text = file.read(name).decode()
    assert "License-Expression: Apache-2.0\n" in text
    assert "Provides-Extra: service\n" in text
    assert "Classifier: Typing :: Typed\n" in text
    needed = re.findall(r"^Requires-Dist: ([\w-]+)[^;\n]*$", text, re.MULTILINE)
    assert "ortools" in needed
    assert not {"ziglang", "fastapi", "uvicorn", "sqlalchemy"} & set(needed)


def test_every_platform_has_a_kernel_that_asks_nothing_or_little() -> None:
    """The last variant is what the oldest processor of the platform gets."""
    for platform in PLATFORMS.values():
        assert all(platform.variants[-1].needs <= variant.needs for variant in platform.variants)
