"""Searches on a real Dask cluster of this machine: done, followed, cancelled, given up, begun again when a
worker is killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from distributed import Client, LocalCluster

from api.runtime.roles import Role
from api.runtime.settings import Pool
from api.searches.dispatcher import Dispatcher
from api.store import kept_plans
from brigade.exchange.documents.plan_document import plan_to_json
from solver.model.search_settings import SearchSettings
from solver.solve import solve
from tests.api.conftest import World, wish, world_on
from tests.api.live import until
from tests.api.patience import be_patient, be_quick
from tests.api.searches.test_searches import MONDAY, state
from tests.api.small_basin import BASIN, absence

C, M = Role.COORDINATOR, Role.MANAGER


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """One worker process that takes two searches at once; its scheduler's address."""
    local: Any = LocalCluster
    with local(
        n_workers=1, threads_per_worker=2, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as made:
        yield made.scheduler_address


@pytest.fixture
def clustered(cluster: str, tmp_path: Path) -> Iterator[World]:
    """A service whose dispatcher sends searches there."""
    more = {"pool": Pool.DASK, "dask_address": cluster, "pool_size": 2, "lost_after_s": 60, "poll_s": 0.05}
    world = world_on(f"sqlite:///{tmp_path / 'brigade.db'}", tmp_path, **more)
    wish(world, replan="on_request")
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    dispatcher = Dispatcher(world.service)
    dispatcher.start()
    yield world
    dispatcher.stop()
    world.service.database.close()


@pytest.fixture
def looking(cluster: str) -> Iterator[Any]:
    """A client of the test's own, that reaches into the workers."""
    client: Any = Client
    with client(cluster, set_as_default=False) as made:
        yield made


@pytest.fixture
def patient(looking: Any) -> Iterator[None]:
    looking.run(be_patient)
    yield
    looking.run(be_quick)


def asked(world: World, **more: Any) -> str:
    job = world.ask(C, "POST", f"{BASIN}/jobs", {**MONDAY, "search": {"iterations": 200, "seed": 1, **more}})
    assert job.status_code == 202, job.text
    return str(job.json()["id"])


def beats(world: World, job: str) -> bool:
    shown = world.get(f"{BASIN}/jobs/{job}")
    return bool(shown["state"] == "running" and shown["progress"])


def test_the_cluster_finds_the_plan_that_this_machine_finds(clustered: World) -> None:
    job = asked(clustered)
    until(lambda: state(clustered, job) == "done")
    plan = clustered.get(f"{BASIN}/plans/{clustered.get(f'{BASIN}/jobs/{job}')['plan_id']}")
    with clustered.service.database.reading() as session:
        problem = kept_plans.fetch_problem(session, plan["digest"])
    here = solve(problem, SearchSettings(iterations=200, seed=1, threads=1, prove=True))
    assert here.plan is not None
    assert plan["document"]["routes"] == plan_to_json(problem, here.plan)["routes"]


def test_a_search_there_is_followed_and_cancelled(clustered: World, patient: None) -> None:
    job = asked(clustered)
    until(lambda: beats(clustered, job))
    assert clustered.get(f"{BASIN}/jobs/{job}")["progress"]["covered"] == 3
    clustered.ask(C, "POST", f"{BASIN}/jobs/{job}/cancel")
    until(lambda: state(clustered, job) == "cancelled")
    assert clustered.get(f"{BASIN}/jobs/{job}")["failure"]["code"] == "asked"


def test_a_search_there_gives_up_at_its_deadline(clustered: World, patient: None) -> None:
    job = asked(clustered, deadline_s=2.0)
    until(lambda: state(clustered, job) == "cancelled")
    assert clustered.get(f"{BASIN}/jobs/{job}")["failure"]["code"] == "deadline"


def test_a_search_whose_worker_is_killed_is_begun_again(clustered: World, looking: Any) -> None:
    looking.run(be_patient)
    (victim,) = looking.run(os.getpid).values()
    job = asked(clustered)
    until(lambda: beats(clustered, job))
    os.kill(victim, signal.SIGKILL)
    until(lambda: state(clustered, job) == "done")
    assert len(clustered.get(f"{BASIN}/plans?state=proposed")["items"]) == 1
