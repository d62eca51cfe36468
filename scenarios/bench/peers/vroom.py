"""VROOM, by pyvroom: windows and skills are its own; priorities are a sum that comes before every cost, so
weights map exactly.

Facts met: whole seconds in 32 bits; `exploration_level` 5 is the most thorough and ends when it has done its
moves, so more time is unused on smaller days; the time limit is kept loosely; there is no seed: all seeds
answer alike.
"""

from __future__ import annotations

import time
from datetime import timedelta

import numpy as np
import vroom

from scenarios.bench.plain import Orders, PlainDay

# VROOM's own scale, 0 to 5: at each limit it is given all the effort it can use.
MOST_THOROUGH = 5


def solve(day: PlainDay, limit_s: float, seed: int) -> Orders:
    began = time.monotonic()
    asked = vroom.Input()
    for mode, matrix in day.travel.items():
        asked.set_durations_matrix(profile=str(mode), matrix_input=matrix.astype(np.uint32))
    for row, worker in enumerate(day.workers):
        hours = vroom.TimeWindow(worker.start, worker.end)
        place = {"start": worker.home, "end": worker.home, "profile": str(worker.mode)}
        asked.add_vehicle(vroom.Vehicle(row, skills=set(worker.can), time_window=hours, **place))
    for row, visit in enumerate(day.visits):
        window = vroom.TimeWindow(visit.earliest, visit.latest)
        service = {"location": visit.site, "default_service": visit.duration, "priority": visit.weight}
        asked.add_job(vroom.Job(row, skills=set(visit.needs), time_windows=[window], **service))
    left = timedelta(seconds=max(0.05, limit_s - (time.monotonic() - began)))
    steps = asked.solve(exploration_level=MOST_THOROUGH, nb_threads=1, timeout=left).routes
    orders: dict[str, list[str]] = {worker.id: [] for worker in day.workers}
    for vehicle, kind, job in zip(steps["vehicle_id"], steps["type"], steps["id"], strict=True):
        if kind == "job":
            orders[day.workers[int(vehicle)].id].append(day.visits[int(job)].id)
    return orders
