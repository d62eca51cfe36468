"""Searches on a Dask cluster: its workers need this code, the same database, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from typing import Any

from distributed import Client

# The scheduler is in the same network: what takes longer is not there.
CONNECT_S = 10


class ClusterExecutor(Executor):
    """The client's own executor, with what `concurrent.futures` promises beyond it."""

    def __init__(self, client: Any) -> None:
        self.client = client
        # Never pure: the same search asked twice is two searches. Never retried there: whether a lost one is
        # begun again is the dispatcher's to say, under a new attempt.
        self._inner: Executor = client.get_executor(pure=False, retries=0)

    def submit(self, act: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        """Raises: BrokenExecutor when the scheduler is gone."""
        try:
            return self._inner.submit(act, *given, **named)
        except Exception as fault:
            raise BrokenExecutor(type(fault).__name__) from fault

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leaves the cluster; without `wait` or with `cancel_futures` what runs there is given up and found
        again later."""
        self._inner.shutdown(wait=wait and not cancel_futures)
        self.client.close(timeout=CONNECT_S)


def cluster_executor(address: str) -> Executor:
    """Raises: OSError when no scheduler answers there."""
    client: Any = Client  # it ships no types
    return ClusterExecutor(client(address, timeout=CONNECT_S, set_as_default=False))
