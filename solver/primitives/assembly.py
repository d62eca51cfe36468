"""A finished builder as arrays: one method an array, in the columns of `solver.kernel.arrays`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time, timedelta
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brigade.judging.coverage_levels import uncovered_costs
from brigade.timing.duty_days import touched_dates
from brigade.timing.tour import own_meal
from brigade.units import Cents, Interval
from brigade.values.announced import AnnouncedPlan
from brigade.values.demand import Visit
from brigade.values.places import SectorDistance, SectorMap, TravelMode, Vehicle
from brigade.values.plan import Plan
from brigade.values.policy import CoverageMode, Departure
from brigade.values.workforce import Worker
from brigade.worked.path_goals import counts, familiar_clients, is_essential, knows, week_goals
from solver.kernel import arrays as col
from solver.kernel import structs
from solver.kernel.arrays import FAR, NO_WAY, PATH_ESSENTIAL, PATH_VISIT, Arrays, Ints, Records
from solver.kernel.structs import Record
from solver.primitives.builder import ModelBuilder
from solver.primitives.host_mixes import HostMixes
from solver.primitives.place_rows import PlaceRows
from solver.primitives.rule_readings import WorkerTour
from solver.primitives.vehicle_choices import own_ways
from solver.primitives.vehicle_tables import VehicleTables

NEAR = 80
"""Neighbours that a visit knows: more than any ruin takes out."""
GUIDE_UNITS_PER_POINT = 600
"""Search guidance in lexicographic mode: what a point is worth when the search weighs levels against each
other. Plans are still compared by the true order; the guide only lets annealing cross valleys that the true
weights would close."""
OCCURRENCES = frozenset(
    {"used_worker", "equity_providers", "moved_visit", "missed_meal", "path_essential", "path_clients"}
)
"""Weights of what happens or not; the others are of time."""
PATH_PRICES = ("path_essential", "path_hours", "path_clients")
Profile = tuple[TravelMode, Cents, str]
"""Whose ways are the same: a mode, what a kilometre of it costs, the start place where that matters, or
nothing."""


class Assembly:
    """Turns a finished builder into arrays; no decisions.

    Args: start: the plan already told, for what changing it costs; told: who knows of it. pinned: rows of
    visits that stay.
    """

    def __init__(
        self, builder: ModelBuilder, start: Plan | None, told: AnnouncedPlan, pinned: frozenset[int]
    ) -> None:
        self.builder, self.knowing, self.pinned = builder, told, pinned
        self.problem = builder.problem
        self.weights = builder.problem.policy.weights
        self.told = {
            s.visit_id: (r.worker_id, s.start) for r in (start.routes if start else ()) for s in r.stops
        }
        self.places = PlaceRows(self.problem, (request.visit for request in builder.requests))
        self.site_row = self.places.row_of_site
        seats = (request.visit.attendance for request in builder.requests)
        self.at_home = frozenset(
            id for seat in seats if seat and seat.block.site_id is None for id in seat.workers
        )
        """Who has a work block without a place: it is where she is at home, so her ways are her own."""
        self.home = len(self.places)
        self.drives = VehicleTables(builder, self.home + bool(self.at_home))
        self.nowhere = self.drives.nowhere
        # Sorted: rows of travel must not depend on the order of a set.
        pairs = sorted({self.profile_of(tour) for tour in builder.tours} | self.untoured())
        self.profiles = {profile: row for row, profile in enumerate(pairs)}

    def arrays(self) -> Arrays:
        builder = self.builder
        travel, leg_cost = self.travel()
        visits, windows, links = self.visits()
        tours = self.tours()
        workers, blocks, (totals, rests, free) = self.workers()
        bound = int(tours["most_visits"].max(initial=1))
        timed = any(row["timed"] for rows in builder.links for row in rows)
        host_mix, mix_join = self.mixes()
        late = bool((windows["hard_latest"] > windows["latest"]).any())
        scalars = np.zeros((), structs.SCALARS)
        scalars["timed_links"], scalars["lateness"], scalars["length"] = timed, late, bound
        scalars["horizon"] = builder.horizon.length
        scalars["providers"] = max(len(self.problem.providers), int(visits["provider"].max(initial=-1)) + 1)
        scalars["tolerance"] = self.knowing.tolerance
        scalars["steady"] = (builder.breaks["stretch"] >= FAR).all() and not builder.breaks["meal"].any()
        scalars["early"] = self.problem.policy.departure is Departure.AS_EARLY
        usual = self.usual()
        return Arrays(
            visits=visits,
            windows=windows,
            links=links,
            tours=tours,
            **self.drives.tables(),
            metres=self.metres(),
            workers=workers,
            blocks=blocks,
            scopes=self.scopes(),
            pairs=builder.pairs | builder.guides,
            pair_cost=self.pair_cost(),
            breaks=builder.breaks,
            excess=self.excess(),
            service=builder.service,
            counted=builder.counted,
            capped=builder.capped,
            travel=travel,
            leg_cost=leg_cost,
            days=self.days(),
            day_limits=builder.day_limits,
            **self.longer(),
            rest=builder.rest,
            known_night=self.known_night(),
            night_rest=builder.night_rest,
            night_from=builder.night_from,
            nights_in_a_row=builder.nights_in_a_row,
            in_a_row=builder.in_a_row,
            totals=totals[0],
            total_limits=totals[1],
            rests=rests[0],
            rest_lengths=rests[1],
            free_days=free[0],
            free_lengths=free[1],
            host_mix=host_mix,
            mix_join=mix_join,
            short_gap=builder.short_gap,
            long_gap=builder.long_gap,
            travel_counts=builder.travel_counts,
            nights=builder.night_rows,
            night=_records(builder.night_bands, structs.SPAN),
            **self.paths(),
            weights=self.weight_vector(usual),
            usual=usual,
            near=_near(visits, windows, travel[0] if len(travel) else np.zeros(travel.shape[1:], np.int32)),
            scalars=scalars,
        )

    def profile_of(self, tour: WorkerTour) -> Profile:
        return self._profile(tour.worker, tour.vehicle or tour.worker)

    def _profile(self, worker: Worker, driven: Worker | Vehicle) -> Profile:
        home = worker.start_site if worker.id in self.at_home else None
        return driven.mode, driven.cents_per_km, home or ""

    def untoured(self) -> set[Profile]:
        """Of people without any tour."""
        return {self._profile(one, one) for one in self.problem.workers if not one.availability}

    def site_of(self, visit: Visit) -> int:
        """The row of the visit's place; one that means each worker's own start place where it has none."""
        row = self.places.row_of(visit)
        return self.home if row is None else row

    def site(self, site_id: str | None) -> int:
        return self.nowhere if site_id is None else self.site_row[site_id]

    def travel(self) -> tuple[NDArray[np.int32], Ints]:
        """Ticks and cost of every leg, by profile; the last row and column are nowhere, free to reach and
        leave."""
        size = self.nowhere + 1
        ticks = np.zeros((len(self.profiles), size, size), np.int32)
        cost = np.zeros((len(self.profiles), size, size), np.int64)
        per_cent = self.weights.travel_cost * self.problem.horizon.ticks_per_minute
        for (mode, cents, home), row in self.profiles.items():
            # A place where nobody of this mode goes needs no line: its legs are longer than any other, so
            # that no shortest way leads through it. Where there is no way, time forbids the leg: its cost is
            # never paid, and must not look like a typical one.
            here, ways = self.places.ways(mode)
            legs, paid = ways
            has_way = legs < NO_WAY
            price = self.weights.travel * legs + per_cent * (paid * cents // 1000)
            price = np.where(has_way, price, price.max(initial=0, where=has_way) + 1)
            for values, known in ((ticks, legs), (cost, price)):
                values[row, :-1, :-1] = known.max(initial=0, where=has_way) + 1
                values[row][np.ix_(here, here)] = known
            for depot in self.drives.depots_of(mode, cents):
                out, back = depot.legs(ways, here.index(self.site_row[depot.site_id]))
                for way, end in ((out, (depot.row, here)), (back, (here, depot.row))):
                    price = self.weights.travel * way.ticks + per_cent * way.cents
                    ticks[row][end] = way.ticks
                    cost[row][end] = np.where(way.ticks < NO_WAY, price, price.max(initial=0) + 1)
            for values in (ticks, cost):
                if home:
                    values[row][self.home] = values[row][self.site_row[home]]
                    values[row][:, self.home] = values[row][:, self.site_row[home]]
        return ticks, cost

    def metres(self) -> NDArray[np.int32]:
        """Of the legs that vehicles of limited range drive, by profile; her own ways are none of them."""
        odometers, size = self.odometers, self.nowhere + 1
        metres = np.zeros((len(odometers), size, size), np.int32)
        for (mode, cents, home), row in odometers.items():
            here, ways = self.places.ways(mode)
            metres[row][np.ix_(here, here)] = ways.metres
            for depot in self.drives.depots_of(mode, cents):
                place = here.index(self.site_row[depot.site_id])
                metres[row][depot.row, here] = ways.metres[place]
                metres[row][here, depot.row] = ways.metres[:, place]
            if home:
                metres[row][self.home] = metres[row][self.site_row[home]]
                metres[row][:, self.home] = metres[row][:, self.site_row[home]]
        return metres

    @cached_property
    def odometers(self) -> dict[Profile, int]:
        """The profiles by which a vehicle of limited range drives."""
        ranged = (one for one in self.builder.tours if one.vehicle and one.vehicle.range_m is not None)
        return {profile: row for row, profile in enumerate(sorted({self.profile_of(one) for one in ranged}))}

    def visits(self) -> tuple[Records, Records, Records]:
        builder, problem = self.builder, self.problem
        rows = np.zeros(len(builder.requests), structs.VISIT)
        windows: list[tuple[int, int, int]] = []
        links: list[Iterable[int]] = []
        provider_row = {frozenset({provider.id}): row for row, provider in enumerate(problem.providers)}
        penalties = {id: cost + self.dropped(id) for id, cost in uncovered_costs(problem).items()}
        for number, (row, request) in enumerate(zip(rows, builder.requests, strict=True)):
            visit = request.visit
            own = builder.fixed_windows.get(number) or builder.windows_of(number)
            row["first_window"], row["end_window"] = len(windows), len(windows) + len(own)
            row["first_link"], row["end_link"] = len(links), len(links) + len(builder.links[number])
            windows += own
            links += [link.values() for link in builder.links[number]]
            row["site"] = self.site_of(visit)
            row["duration"] = visit.duration
            row["penalty"] = penalties[visit.id]
            row["guide"] = self.guide(visit, penalties[visit.id])
            # A row of its own for each seat: equity between providers has nothing to add up there.
            hosts = frozenset({visit.id}) if visit.is_seat else problem.hosts_at(visit)
            row["provider"] = provider_row.setdefault(hosts, len(provider_row))
            row["host"] = builder.host_class_of(number)
            row["opens"], row["shuts"] = own[0][0], own[-1][2]
            row["is_fragile"] = visit.fragile
            row["worker_told"], row["client_told"] = self.told_start(visit.id)
            row["is_pinned"] = number in self.pinned
        return rows, _records(windows, structs.WINDOW), _records(links, structs.LINK)

    def told_start(self, visit_id: str) -> tuple[int, int]:
        """The start that its worker and its client know of; -FAR for who knows of none."""
        start = self.told.get(visit_id, ("", -FAR))[1]
        knows = self.knowing.worker_knows(visit_id), self.knowing.client_knows(visit_id)
        return (start if knows[0] else -FAR), (start if knows[1] else -FAR)

    def dropped(self, visit_id: str) -> int:
        """What leaving out a visit that was told costs beyond its coverage (`brigade.judging.objective`)."""
        if visit_id not in self.told:
            return 0
        hour, hands = self.knowing.client_knows(visit_id), self.knowing.anybody_knows(visit_id)
        price = hour * self.weights.moved_visit + hands * self.weights.changed_worker
        return price * self.problem.horizon.ticks_per_minute

    def guide(self, visit: Visit, penalty: int) -> int:
        policy = self.problem.policy
        if policy.mode is CoverageMode.WEIGHTED:
            return penalty
        each = GUIDE_UNITS_PER_POINT * self.problem.horizon.ticks_per_minute
        if visit.id in self.problem.at_soft_cost:
            # Below every visit that is asked: what is only likely, or shared, is not traded for it.
            return min(penalty, each * min(policy.points.values()) // 2)
        return each * policy.points[visit.level]

    def tours(self) -> Records:
        builder = self.builder
        rows = np.zeros(len(builder.tours), structs.TOUR)
        durations = [request.visit.duration for request in builder.requests]
        stays: dict[tuple[str, int], int] = {}
        for row, tour, pairs in zip(rows, builder.tours, builder.pairs, strict=True):
            worker, stay = tour.worker, tour.availability
            open_to = [d for d, flag in zip(durations, pairs, strict=True) if flag]
            room = (stay.hard_end - stay.start) // max(1, min(open_to, default=1)) + 2
            row["worker"], row["slot"] = builder.row_of_worker[worker.id], builder.slot(tour.day)
            row["profile"] = self.profiles[self.profile_of(tour)]
            row["start"], row["end"], row["hard_end"] = stay.start, stay.end, stay.hard_end
            row["start_site"], row["end_site"] = self.site(worker.start_site), self.site(worker.end_site)
            row["vehicle"] = row["odometer"] = -1
            if tour.vehicle is not None:
                row["start_site"] = row["end_site"] = self.drives.depot_of(tour).row
                row["vehicle"] = self.drives.row_of[tour.vehicle.id]
                row["out"], row["home"] = own_ways(self.problem, worker, tour.vehicle)
                row["odometer"] = self.odometers.get(self.profile_of(tour), -1)
            row["most_visits"] = min(room, len(open_to), col.LONGEST_TOUR) + 1
            key = tour.key[:2]
            # Once for each availability: whichever of its tours is driven, the others are no idle time.
            if key not in stays:
                row["idle"] = stay.end - stay.start - (meal.at_home if (meal := own_meal(stay)) else 0)
            row["stay"] = stays.setdefault(key, len(stays))
        return rows

    def workers(self) -> tuple[Records, Records, tuple[tuple[Records, Ints], ...]]:
        builder, problem = self.builder, self.problem
        rows = np.zeros(len(problem.workers), structs.WORKER)
        blocks: list[list[int]] = []
        groups: tuple[list[tuple[list[int], list[int]]], ...] = ([], [], [])
        # By identity: workers of one kind share one object (`mixes_by_worker`).
        tour, kind_of = 0, {id(mixes): kind for kind, mixes in enumerate(self.kinds)}
        open_ticks = sum(request.visit.duration for request in builder.requests)
        available = [sum(stay.end - stay.start for stay in worker.availability) for worker in problem.workers]
        for row, worker in enumerate(problem.workers):
            own_tours = len(builder.tours_of(worker))
            rows["first_tour"][row], rows["end_tour"][row] = tour, tour + own_tours
            tour += own_tours
            rows["first_block"][row] = len(blocks)
            blocks += [[one.start, one.end, scope] for one, scope in sorted(builder.blocks[row])]
            rows["end_block"][row] = len(blocks)
            rows["rebuilds_travel"][row] = builder.rebuilds[row]
            rows["kind"][row] = kind_of[id(builder.mixes[row])]
            rows["fair_work"][row] = open_ticks * available[row] // max(1, sum(available))
            kept = builder.totals[row], builder.rests[row], builder.free[row]
            for name, group, own in zip(("total", "rest", "free"), groups, kept, strict=True):
                rows[f"first_{name}"][row] = len(group)
                group += own
                rows[f"end_{name}"][row] = len(group)
            before = sum(map(len, builder.longer[:row]))
            rows["first_longer"][row], rows["end_longer"][row] = before, before + len(builder.longer[row])
        heads = structs.TOTAL, structs.REST_PERIOD, structs.FREE_STRETCH
        tables = tuple(
            (
                _records([head for head, _ in group], kind),
                _table([limits for _, limits in group], builder.most_mixes),
            )
            for group, kind in zip(groups, heads, strict=True)
        )
        return rows, _records(blocks, structs.BLOCK), tables

    def scopes(self) -> NDArray[np.uint8]:
        """The visits of each scope of blocks."""
        found = np.zeros((len(self.builder.scopes), len(self.builder.requests)), np.uint8)
        for visits, row in self.builder.scopes.items():
            found[row, list(visits)] = 1
        return found

    def excess(self) -> Records:
        """The tables of all normal commutes, one below the other."""
        tables = list(self.builder.excess.values())
        return (
            np.concatenate(tables) if tables else np.zeros((0, len(self.builder.requests)), structs.COMMUTE)
        )

    def longer(self) -> dict[str, Any]:
        """What each text allows beyond its normal days, worker by worker."""
        rows, size = [one for own in self.builder.longer for one in own], self.builder.most_mixes
        limits, groups = [one[1] for one in rows], [one[2] for one in rows]
        return {
            "longer": _records([one[0] for one in rows], structs.LONGER),
            "longer_limits": np.array(limits, structs.LONGER_LIMIT).reshape(len(rows), size),
            "longer_groups": np.array(groups, np.int64).reshape(len(rows), self.builder.slots),
        }

    @cached_property
    def kinds(self) -> list[HostMixes]:
        """The mixes that workers share, each once."""
        return list({id(mixes): mixes for mixes in self.builder.mixes}.values())

    def mixes(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        size = self.builder.most_mixes
        host_mix = np.zeros((len(self.kinds), len(self.builder.class_hosts)), np.int32)
        mix_join = np.zeros((len(self.kinds), size, size), np.int32)
        for row, mixes in enumerate(self.kinds):
            host_mix[row] = mixes.of_class
            mix_join[row, : len(mixes), : len(mixes)] = mixes.join
        return host_mix, mix_join

    def days(self) -> Records:
        """What is already known of each day: worked before the horizon, or for another employer."""
        builder, horizon = self.builder, self.builder.horizon
        rows = np.zeros((len(self.problem.workers), builder.slots), structs.KNOWN_DAY)
        # An empty day begins after it ends, so that the first span laid over it gives both its ends.
        rows["start"], rows["end"] = FAR, -FAR
        rows["call_start"], rows["call_end"] = FAR, -FAR
        for slot in range(builder.slots):
            rows["midnight"][:, slot] = horizon.at(builder.date_of(slot) + timedelta(days=1), time())
        for row, worker in enumerate(self.problem.workers):
            for past in worker.counters.days:
                self._know(rows[row], past.day, past.start, past.end, past.work, own=True)
            for other in worker.other_work:
                self._know(
                    rows[row], horizon.day_of(other.start), other.start, other.end, other.length, own=False
                )
            for call in worker.calls:
                self._know_call(rows[row], call)
            told = worker.counters.sundays_worked | worker.counters.holidays_worked
            for slot in {builder.slot(day) for day in told} & set(range(builder.slots)):
                rows["date_is_worked"][row, slot] = 1
            for slot in {builder.slot(day) for day in worker.leave_dates} & set(range(builder.slots)):
                rows["is_leave"][row, slot] = 1
        return rows

    def known_night(self) -> Ints:
        """Night work of each day under each mix of hosts that the plan has no say in: other work, and of
        history all of its night that its work may lie in."""
        builder, horizon = self.builder, self.builder.horizon
        rows = np.zeros((len(self.problem.workers), builder.slots, builder.most_mixes), np.int64)
        for row, worker in enumerate(self.problem.workers):
            past = ((one.day, Interval(one.start, one.end), one.work) for one in worker.counters.days)
            other = ((horizon.day_of(one.start), one, one.length) for one in worker.other_work)
            for day, taken, work in (*past, *other):
                slot = builder.slot(day)
                if 0 <= slot < builder.slots:
                    nights = builder.by_mix(worker, partial(builder.night_within, day=day, taken=taken))
                    rows[row, slot] += np.minimum(nights, work)
        return rows

    def _know(self, rows: Records, day: date, start: int, end: int, work: int, *, own: bool) -> None:
        slot = self.builder.slot(day)
        if 0 <= slot < self.builder.slots:
            cell = rows[slot]
            cell["is_worked"] = 1
            cell["work"] += work
            cell["own_work"] += work if own else 0
            # Nobody told at which minute of its span the work lay: each date gets as much of it as may lie
            # there.
            after = max(0, work - max(0, int(cell["midnight"]) - start))
            before = max(0, work - max(0, end - int(cell["midnight"])))
            for on, part in ((slot, before), (slot + 1, after)):
                if on < self.builder.slots:
                    rows["date_work"][on] += part
                    rows["date_own_work"][on] += part if own else 0
            cell["start"], cell["end"] = min(cell["start"], start), max(cell["end"], end)
            cell["date_is_worked"] = 1
            if end > cell["midnight"] and slot + 1 < self.builder.slots:
                rows["date_is_worked"][slot + 1] = 1

    def _know_call(self, rows: Records, call: Interval) -> None:
        """Work of its dates, which bounds no rest between days (ON_CALL has its own)."""
        horizon, slot = self.builder.horizon, self.builder.slot
        for day in touched_dates(self.problem, call.start, call.end):
            if 0 <= slot(day) < self.builder.slots:
                cell, part = rows[slot(day)], call.overlap(horizon.day(day))
                cell["date_is_worked"] = 1
                for name in ("date_work", "date_own_work") if call.start >= 0 else ():
                    cell[name] += part
        first = slot(horizon.day_of(call.start))
        if 0 <= first < self.builder.slots:
            rows[first]["call_start"] = min(rows[first]["call_start"], call.start)
            rows[first]["call_end"] = max(rows[first]["call_end"], call.end)
        if call.start >= 0 and first < self.builder.slots:
            rows[first]["work"] += call.length
            rows[first]["own_work"] += call.length

    def pair_cost(self) -> Ints:
        """Continuity, wished competencies (those held on the tour's day) and disruption: what each tour costs
        at each visit."""
        problem, weights, tours = self.problem, self.weights, self.builder.tours
        per_occurrence = problem.horizon.ticks_per_minute
        rows = np.zeros((len(tours), len(self.builder.requests)), np.int64)
        held = [problem.competencies_of(tour.worker, tour.day) for tour in tours]
        for column, request in enumerate(self.builder.requests):
            visit = request.visit
            is_known = self.knowing.anybody_knows(visit.id)
            told = self.told.get(visit.id) if is_known else None
            counted, there = self.sector_of(visit)
            if not (visit.usual_workers or visit.preferred_workers or visit.preferred or told or counted):
                continue
            for row, worker in enumerate(tour.worker for tour in tours):
                known = worker.id in visit.usual_workers or worker.id in visit.preferred_workers
                cost = 0
                if (visit.usual_workers or visit.preferred_workers) and not known:
                    cost += weights.unfamiliar
                if visit.preferred_workers and worker.id not in visit.preferred_workers:
                    cost += weights.not_preferred
                cost += weights.missing_preferred * len(visit.preferred - held[row])
                if told and told[0] != worker.id:
                    cost += weights.changed_worker
                distance = counted and counted.distance(worker.sectors, there)
                if distance is SectorDistance.NEIGHBOUR:
                    cost += weights.neighbour_sector
                elif distance is SectorDistance.OTHER:
                    cost += weights.other_sector
                rows[row, column] = cost * per_occurrence
        return rows

    def sector_of(self, visit: Visit) -> tuple[SectorMap | None, str | None]:
        """The map that counts for a visit, and the visit's sector in it; no map where leaving a sector costs
        nothing."""
        if not (self.weights.neighbour_sector or self.weights.other_sector):
            return None, None
        return self.problem.sector_map_of(visit), self.problem.sector_id_at(visit)

    def usual(self) -> Ints:
        hours = [self.problem.usual_hour(request.visit) for request in self.builder.requests]
        return np.array([-FAR if hour is None else hour for hour in hours], np.int64)

    def paths(self) -> dict[str, Any]:
        """What the paths of workers ask of their weeks, and what each visit is to them."""
        heads, bits, visits = [], [], [request.visit for request in self.builder.requests]
        for row, worker in enumerate(self.problem.workers):
            goals = week_goals(self.problem, worker)
            rank = {id: k for k, id in enumerate(familiar_clients(self.problem, worker))} if goals else {}
            for goal in goals:
                first, last = (self.builder.slot(day) for day in (goal.monday, goal.last))
                due = max(0, goal.work - goal.done), max(0, goal.clients - len(goal.met))
                heads.append((row, first, last, goal.visits, goal.essential, goal.percent, *due))
                new = {id: k for id, k in rank.items() if id not in goal.met}
                bits.append([_path_bits(visit, worker, new) for visit in visits])
        table = np.array(bits, np.int64).reshape(len(heads), len(visits))
        return {"paths": _records(heads, structs.PATH), "path_bits": table}

    def weight_vector(self, usual: Ints) -> Records:
        """Prices of time as they stand, of occurrences in ticks. Usual hours that no visit has, and paths
        that nobody is on, are worth nothing: the bound need not name them."""
        known, per_occurrence = self.weights, self.problem.horizon.ticks_per_minute
        weights = np.zeros((), structs.WEIGHTS)
        for name in structs.WEIGHTS.names or ():
            weights[name] = getattr(known, name) * (per_occurrence if name in OCCURRENCES else 1)
        weights["usual_hour"] *= bool((usual > -FAR).any())
        for name in PATH_PRICES if not any(one.path for one in self.problem.workers) else ():
            weights[name] = 0
        return weights


def _path_bits(visit: Visit, worker: Worker, new: Mapping[str, int]) -> int:
    """What the visit is to the worker's path; `new`: bits of clients who know her and are not met yet."""
    found = PATH_VISIT * counts(visit) + PATH_ESSENTIAL * is_essential(visit)
    return found + (1 << new[visit.client_id] if knows(visit, worker) and visit.client_id in new else 0)


def _records(rows: Iterable[Iterable[Any]], kind: Record) -> Records:
    """Rows as records, their values in the order of its fields."""
    return np.array([tuple(row) for row in rows], kind).reshape(-1)


def _table(rows: Iterable[Iterable[int]], width: int) -> Ints:
    """Rows of equal width as an array; an empty one keeps its width."""
    return np.array([list(row) for row in rows], np.int64).reshape(-1, width)


def _near(visits: Records, windows: Records, travel: NDArray[np.int32]) -> NDArray[np.int32]:
    """For each visit the others, closest first: travel plus a quarter of the time between their windows."""
    n = len(visits)
    sites = visits["site"]
    # A window without an end would have its middle out of reach of every other.
    middle = (visits["opens"] + np.minimum(visits["shuts"], visits["opens"] + FAR // 4)) // 2
    distance = travel[np.ix_(sites, sites)] + 0.25 * np.abs(middle[:, None] - middle[None, :])
    keep = min(n, NEAR + 1)
    # Stable: of equal distances the order of the input decides, on every machine.
    return np.argsort(distance, axis=1, kind="stable")[:, :keep].astype(np.int32)
