/* The canonical timing of one tour: docs/design.md section 1, kernel side. */
#include "timing.h"

/* Whether the service that begins at `start` overlaps the block, where the block binds the visit. */
static inline bool overlaps(const model *m, const struct block *block, int64_t visit, tick start,
                            tick duration) {
    return block->start < start + duration && start < block->end &&
           m->scopes[block->scope * m->visits_n + visit];
}

/* First lawful start of the visit by this worker at `at` or later; FAR when there is none. */
SHARED tick earliest(const model *m, int64_t visit, int64_t worker, tick at) {
    for (int64_t k = m->visits[visit].first_window; k < m->visits[visit].end_window; k++) {
        tick start = later(at, m->windows[k].earliest), shut = m->windows[k].hard_latest,
             duration = SERVICE(worker, visit);
        if (start > shut) continue;
        for (int64_t b = m->workers[worker].first_block; b < m->workers[worker].end_block; b++)
            if (overlaps(m, &m->blocks[b], visit, start, duration)) start = m->blocks[b].end;
        if (start <= shut) return start;
    }
    return FAR;
}

/* Last lawful start at `at` or earlier; -FAR when there is none. */
SHARED tick latest(const model *m, int64_t visit, int64_t worker, tick at) {
    for (int64_t k = m->visits[visit].end_window - 1; k >= m->visits[visit].first_window; k--) {
        tick start = sooner(at, m->windows[k].hard_latest), opens = m->windows[k].earliest,
             duration = SERVICE(worker, visit);
        if (start < opens) continue;
        for (int64_t b = m->workers[worker].end_block - 1; b >= m->workers[worker].first_block; b--)
            if (overlaps(m, &m->blocks[b], visit, start, duration)) start = m->blocks[b].start - duration;
        if (start >= opens) return start;
    }
    return -FAR;
}

/* Row of the window a start lies in: the last one that has opened. */
static int64_t window_of(const model *m, int64_t visit, tick start) {
    int64_t found = m->visits[visit].first_window;
    for (int64_t k = found + 1; k < m->visits[visit].end_window; k++)
        if (m->windows[k].earliest <= start) found = k;
    return found;
}

SHARED tick lateness(const model *m, int64_t visit, tick start) {
    return later(0, start - m->windows[window_of(m, visit, start)].latest);
}

/* Least lateness of any start at `from` or later: what is pushed out of one window may be on time in the
   next. */
SHARED tick least_lateness(const model *m, int64_t visit, tick from) {
    tick least = FAR;
    for (int64_t k = m->visits[visit].first_window; k < m->visits[visit].end_window; k++)
        if (from <= m->windows[k].hard_latest)
            least = sooner(least, later(0, later(from, m->windows[k].earliest) - m->windows[k].latest));
    return least;
}

/* Earliest start that timed links to covered visits allow, from their own earliest starts. */
SHARED tick link_floor(const search *s, int64_t visit) {
    const model *m = s->m;
    tick floor = -FAR;
    for (int64_t r = m->visits[visit].first_link; r < m->visits[visit].end_link; r++) {
        int64_t other = m->links[r].other;
        if (m->links[r].timed && s->tour_of[other] >= 0 && s->early[other] > -FAR)
            floor = later(floor, s->early[other] - m->links[r].high);
    }
    return floor;
}

/* Whether a timed link ties the visit to another covered one. */
SHARED bool is_tied(const search *s, int64_t visit) {
    const model *m = s->m;
    for (int64_t r = m->visits[visit].first_link; r < m->visits[visit].end_link; r++)
        if (m->links[r].timed && s->tour_of[m->links[r].other] >= 0) return true;
    return false;
}

/* The mix of hosts met in the tour, kept until its visits change. */
SHARED int64_t hosts_of(const search *s, int64_t tour) {
    const model *m = s->m;
    if (s->hosts[tour] >= 0) return s->hosts[tour];
    int64_t hosts = 0, worker = m->tours[tour].worker;
    for (int64_t k = 0; k < s->count[tour]; k++)
        hosts = JOIN_MIX(worker, hosts, HOST_MIX(worker, ORDER(tour, k)));
    return s->hosts[tour] = hosts;
}

/* The mix of hosts met in all the worker's tours of the tour's day. */
SHARED int64_t hosts_of_day(const search *s, int64_t tour) {
    const model *m = s->m;
    int64_t hosts = 0, worker = m->tours[tour].worker;
    if (m->mixes_n == 2) return s->count[tour] > 0; /* hosts make no difference */
    for (int64_t other = m->workers[worker].first_tour; other < m->workers[worker].end_tour; other++)
        if (m->tours[other].slot == m->tours[tour].slot) hosts = JOIN_MIX(worker, hosts, hosts_of(s, other));
    return hosts;
}

/* The breaks that the tour owes under the rules of its day's hosts. */
SHARED const struct breaks *breaks_of(const search *s, int64_t tour) {
    const model *m = s->m;
    return m->breaks + tour * m->mixes_n + hosts_of_day(s, tour);
}

/* Time the tour's order as early as possible into `final`; false when the order is infeasible. The first stop
   starts at `first_floor` or later; `meal_at` is the position of the meal pause, -1 for none. */
static bool forward(search *s, int64_t tour, tick first_floor, int64_t meal_at) {
    const model *m = s->m;
    const struct breaks *breaks = breaks_of(s, tour);
    int64_t worker = m->tours[tour].worker, profile = m->tours[tour].profile,
            here = m->tours[tour].start_site;
    tick most = breaks->stretch, at_end = breaks->last_stretch, length = breaks->rest,
         clock = m->tours[tour].start, stretch = 0;
    for (int64_t k = 0; k < s->count[tour]; k++) {
        int64_t visit = ORDER(tour, k), site = m->visits[visit].site;
        tick duration = SERVICE(worker, visit), arrival = clock + TRAVEL(profile, here, site),
             floor = arrival, pause = 0;
        if (meal_at == k && breaks->own_meal) {
            tick left = k ? clock : m->tours[tour].start;
            if (later(left, breaks->own_meal_from) > breaks->own_meal_to) return false;
            if (k) {
                pause = breaks->own_meal;
                floor = later(arrival, breaks->own_meal_from) + pause;
            } else {
                floor =
                    later(later(left, breaks->own_meal_from) + breaks->own_meal + TRAVEL(profile, here, site),
                          first_floor);
            }
        } else if (k == 0) {
            floor = later(floor, first_floor);
        } else if (k == meal_at) {
            pause = breaks->meal;
            floor = later(arrival, breaks->meal_from) + pause;
            if (floor > breaks->meal_to) return false;
        }
        if (!s->alone && m->visits[visit].first_link < m->visits[visit].end_link)
            floor = later(floor, link_floor(s, visit));
        tick start = earliest(m, visit, worker, floor);
        if (k > 0 && start - arrival < length &&
            start + duration - stretch > (k == s->count[tour] - 1 ? at_end : most)) {
            pause = later(pause, length);
            start = earliest(m, visit, worker, later(floor, arrival + length));
        }
        if (start >= FAR) return false;
        if (k == 0) {
            stretch = start;
            arrival = start;
        } else if (start - arrival >= length) {
            stretch = start;
        }
        s->final[k] = (timed){start, pause, arrival};
        clock = start + duration;
        here = site;
    }
    /* Whoever has nothing to do goes nowhere, whatever the way from her start place to her end place. */
    return s->count[tour] == 0 ||
           clock + TRAVEL(profile, here, m->tours[tour].end_site) <= m->tours[tour].hard_end;
}

static tick final_end(const search *s, int64_t tour) {
    const model *m = s->m;
    int64_t last = s->count[tour] - 1;
    return s->final[last].start + SERVICE(m->tours[tour].worker, ORDER(tour, last));
}

/* Whether the timing in `final` owes a meal break that no gap gives. */
static bool meal_missing(const search *s, int64_t tour) {
    const struct breaks *breaks = breaks_of(s, tour);
    if (breaks->meal == 0 || s->count[tour] == 0) return false;
    if (s->final[0].start >= breaks->meal_before || final_end(s, tour) <= breaks->meal_after) return false;
    for (int64_t k = 1; k < s->count[tour]; k++) {
        tick begin = later(s->final[k].arrival, breaks->meal_from);
        if (sooner(s->final[k].start, breaks->meal_to) - begin >= breaks->meal) return false;
    }
    return true;
}

/* Time the tour with the meal where due, the first stop not before `first_floor`. Returns the position of the
   meal pause, -1 for none needed, -2 when the order is infeasible. */
SHARED int64_t forward_with_meal(search *s, int64_t tour, tick first_floor) {
    if (s->has_own_meals && breaks_of(s, tour)->own_meal) {
        int64_t at = s->meal_at[tour];
        return forward(s, tour, first_floor, at) ? -1 : -2;
    }
    if (!forward(s, tour, first_floor, -1)) return -2;
    if (!meal_missing(s, tour)) return -1;
    tick best = FAR;
    int64_t found = -2;
    for (int64_t k = 1; k < s->count[tour]; k++)
        if (forward(s, tour, first_floor, k) && final_end(s, tour) < best) {
            best = final_end(s, tour);
            found = k;
        }
    if (found >= 0) forward(s, tour, first_floor, found);
    return found;
}

/* Where the own meal of the tour timed in `final` is eaten: 0 nowhere, 1 on the way, 2 at home. */
static int own_meal_had(const search *s, int64_t tour, const struct breaks *breaks) {
    const model *m = s->m;
    int64_t n = s->count[tour], profile = m->tours[tour].profile, worker = m->tours[tour].worker,
            last = ORDER(tour, n - 1);
    tick length = breaks->own_meal, from = breaks->own_meal_from, to = breaks->own_meal_to,
         begin = later(m->tours[tour].start, from);
    for (int64_t k = 1; k < n; k++) {
        tick left = s->final[k - 1].start + SERVICE(worker, ORDER(tour, k - 1)), start = s->final[k].start;
        if (s->final[k].pause >= length && later(left, from) <= sooner(to, start - length)) return 1;
    }
    tick leave =
        s->final[0].start - TRAVEL(profile, m->tours[tour].start_site, m->visits[ORDER(tour, 0)].site);
    if (begin <= to && begin + length <= leave) return 2;
    tick back = s->final[n - 1].start + SERVICE(worker, last) +
                TRAVEL(profile, m->visits[last].site, m->tours[tour].end_site);
    return from <= back && back <= to && back + length <= m->tours[tour].end ? 2 : 0;
}

static tick total_lateness(const search *s, int64_t tour);

/* Choose where the own meal is put, links aside: least lateness, then the earliest end, then first; -1 for
   nowhere. Returns whether the visit it comes before is another one than before the order changed. */
SHARED bool place_meal(search *s, int64_t tour) {
    int64_t n = s->count[tour];
    if (n == 0) return false;
    const struct breaks *breaks = breaks_of(s, tour);
    int64_t best = -1, was = s->meal_visit[tour];
    tick best_late = FAR, best_end = FAR;
    s->meal_at[tour] = -1;
    s->meal_visit[tour] = -1;
    if (!breaks->own_meal) return was != -1;
    s->alone = true;
    for (int64_t at = -1; at < n; at++) {
        if (!forward(s, tour, -FAR, at)) continue;
        if (!own_meal_had(s, tour, breaks)) continue;
        tick late = total_lateness(s, tour), end = final_end(s, tour);
        if (late < best_late || (late == best_late && end < best_end)) {
            best_late = late;
            best_end = end;
            best = at;
        }
    }
    s->alone = false;
    s->meal_at[tour] = best;
    s->meal_visit[tour] = best < 0 ? -1 : best == 0 ? -2 : ORDER(tour, best);
    return s->meal_visit[tour] != was;
}

/* Store the earliest starts of `final`; true when a linked visit's start changed. */
SHARED bool keep_early(search *s, int64_t tour) {
    const model *m = s->m;
    bool moved = false;
    for (int64_t k = 0; k < s->count[tour]; k++) {
        int64_t visit = ORDER(tour, k);
        if (s->early[visit] != s->final[k].start) {
            s->early[visit] = s->final[k].start;
            moved |= m->visits[visit].first_link < m->visits[visit].end_link;
        }
        s->pause[visit] = s->final[k].pause;
    }
    return moved;
}

/* Latest starts into `late`, with the pauses of the earliest timing; true when a linked visit's changed. They
   only screen positions: a break that a later start would make due is left to the exact judgement. */
SHARED bool backward(search *s, int64_t tour) {
    const model *m = s->m;
    int64_t worker = m->tours[tour].worker, profile = m->tours[tour].profile, there = m->tours[tour].end_site;
    tick limit = m->tours[tour].hard_end;
    bool moved = false;
    for (int64_t k = s->count[tour] - 1; k >= 0; k--) {
        int64_t visit = ORDER(tour, k), site = m->visits[visit].site;
        limit -= TRAVEL(profile, site, there) + SERVICE(worker, visit);
        for (int64_t r = m->visits[visit].first_link; r < m->visits[visit].end_link; r++) {
            int64_t other = m->links[r].other;
            if (m->links[r].timed && s->tour_of[other] >= 0 && s->late[other] < FAR)
                limit = sooner(limit, s->late[other] - m->links[r].low);
        }
        limit = later(latest(m, visit, worker, limit), s->early[visit]);
        if (s->late[visit] != limit) {
            s->late[visit] = limit;
            moved |= m->visits[visit].first_link < m->visits[visit].end_link;
        }
        limit -= s->pause[visit];
        there = site;
    }
    return moved;
}

/* How late the first stop may start so that no end is later, no lateness added and no tied stop moved
   (1.4). */
static tick latest_departure(const search *s, int64_t tour) {
    const model *m = s->m;
    int64_t worker = m->tours[tour].worker, profile = m->tours[tour].profile, n = s->count[tour];
    tick limit = s->final[n - 1].start;
    for (int64_t k = n - 2; k >= 0; k--) {
        int64_t visit = ORDER(tour, k), after = ORDER(tour, k + 1);
        tick start = s->final[k].start;
        limit -= s->final[k + 1].pause + TRAVEL(profile, m->visits[visit].site, m->visits[after].site) +
                 SERVICE(worker, visit);
        tick wanted = sooner(limit, m->windows[window_of(m, visit, start)].latest);
        bool moves = wanted > start && !is_tied(s, visit) && earliest(m, visit, worker, wanted) == wanted;
        limit = moves ? wanted : start;
    }
    return limit;
}

static tick total_lateness(const search *s, int64_t tour) {
    tick total = 0;
    for (int64_t k = 0; k < s->count[tour]; k++)
        total += lateness(s->m, s->order[tour * s->length + k], s->final[k].start);
    return total;
}

/* Put the final timing of a feasible tour into `final`: the late departure when it keeps its promises. */
static void settle_departure(search *s, int64_t tour) {
    forward_with_meal(s, tour, -FAR);
    if (s->m->scalars->early) return;
    int64_t n = s->count[tour];
    tick end = final_end(s, tour), late = total_lateness(s, tour);
    if (n == 1 && is_tied(s, ORDER(tour, 0))) return;
    tick floor = latest_departure(s, tour);
    if (floor <= s->final[0].start) return;
    bool kept =
        forward_with_meal(s, tour, floor) != -2; /* the meal may fall elsewhere, or not be due any more */
    kept = kept && final_end(s, tour) <= end && total_lateness(s, tour) <= late;
    for (int64_t k = 0; kept && k < n; k++)
        kept = s->final[k].start == s->early[ORDER(tour, k)] || !is_tied(s, ORDER(tour, k));
    if (!kept) forward_with_meal(s, tour, -FAR);
}

static tick night_overlap(const model *m, int64_t worker, int64_t hosts, tick start, tick end) {
    const struct night_rows *rows = &m->nights[worker * m->mixes_n + hosts];
    tick total = 0;
    for (int64_t k = rows->first; k < rows->end; k++)
        total += later(0, sooner(end, m->night[k].end) - later(start, m->night[k].start));
    return total;
}

/* Work from `from` to `until`, by the hours that rules ask about. */
static void count_hours(const model *m, struct measures *found, int64_t tour, int64_t hosts, tick from,
                        tick until) {
    int64_t worker = m->tours[tour].worker;
    tick midnight = m->days[worker * m->slots_n + m->tours[tour].slot].midnight;
    found->night += night_overlap(m, worker, hosts, from, until);
    found->after += later(0, until - later(from, midnight));
}

/* One wait inside a tour: work when short, an interruption otherwise. Returns its cost. */
static int64_t count_wait(const model *m, struct measures *measure, tick wait, tick short_gap,
                          tick long_gap) {
    measure->max_wait = later(measure->max_wait, wait);
    if (wait < short_gap) {
        measure->work += wait;
        return m->weights->waiting * wait;
    }
    if (wait <= 0) return 0;
    measure->gaps += 1;
    measure->gap_total += wait;
    measure->long_gaps += wait > long_gap;
    measure->longest_gap = later(measure->longest_gap, wait);
    return m->weights->interruption * wait;
}

/* Final timing and everything rules and costs want to know of the tour, into `measures`. */
SHARED void measure(search *s, int64_t tour) {
    const model *m = s->m;
    struct measures *found = &s->measures[tour];
    int64_t n = s->count[tour];
    *found = (struct measures){0};
    if (n == 0) return;
    settle_departure(s, tour);
    int64_t worker = m->tours[tour].worker, profile = m->tours[tour].profile,
            here = m->tours[tour].start_site;
    int64_t hosts = hosts_of_day(s, tour), cost = m->weights->used_worker;
    tick short_gap = m->short_gap[worker * m->mixes_n + hosts],
         long_gap = m->long_gap[worker * m->mixes_n + hosts];
    bool travel_counts = m->travel_counts[worker * m->mixes_n + hosts];
    int64_t odometer = m->tours[tour].odometer;
    tick period = s->final[0].start;
    for (int64_t k = 0; k < n; k++) {
        int64_t visit = ORDER(tour, k), site = m->visits[visit].site;
        tick start = s->final[k].start, duration = SERVICE(worker, visit),
             told = m->visits[visit].worker_told, hour = m->visits[visit].client_told,
             usual = m->usual[visit];
        cost += LEG_COST(profile, here, site) + PAIR_PRICE(tour, visit);
        if (odometer >= 0) found->metres += METRES(odometer, here, site);
        tick from = start, arrival = s->final[k].arrival;
        tick counted = COUNTED(worker, visit);
        found->work += counted;
        found->presences += counted < duration;
        if (k > 0) {
            tick wait = start - arrival - s->final[k].pause,
                 leg = travel_counts ? TRAVEL(profile, here, site) : 0;
            found->work += leg;
            cost += count_wait(m, found, wait, short_gap, long_gap);
            if (wait < short_gap) from -= wait;
            if (m->visits[visit].provider == m->visits[ORDER(tour, k - 1)].provider)
                found->capped +=
                    m->capped[worker * m->visits_n + visit] * (leg + (wait < short_gap ? wait : 0));
            if (from == arrival) from -= leg;
            else count_hours(m, found, tour, hosts, arrival - leg, arrival);
            if (s->final[k].pause > 0 || (wait > 0 && wait >= short_gap)) period = start;
        }
        found->period = later(found->period, start + duration - period);
        count_hours(m, found, tour, hosts, from, start + counted);
        tick late = lateness(m, visit, start);
        found->late += late;
        found->max_late = later(found->max_late, late);
        found->hosts = JOIN_MIX(worker, found->hosts, HOST_MIX(worker, visit));
        found->capped += m->capped[worker * m->visits_n + visit] * duration;
        found->fragile |= m->visits[visit].is_fragile;
        if (told > -FAR) cost += m->weights->moved_start * later(start - told, told - start);
        if (usual > -FAR) cost += m->weights->usual_hour * later(start - usual, usual - start);
        if (hour > -FAR && later(start - hour, hour - start) > m->scalars->tolerance)
            cost += m->weights->moved_visit;
        here = site;
    }
    found->count = n;
    found->first = s->final[0].start;
    found->last = final_end(s, tour);
    found->depart = found->first - TRAVEL(profile, m->tours[tour].start_site, m->visits[ORDER(tour, 0)].site);
    found->back = found->last + TRAVEL(profile, here, m->tours[tour].end_site);
    cost += LEG_COST(profile, here, m->tours[tour].end_site) + m->weights->lateness * found->late;
    if (odometer >= 0) found->metres += METRES(odometer, here, m->tours[tour].end_site);
    if (s->has_own_meals || m->weights->max_idle) {
        const struct breaks *breaks = breaks_of(s, tour);
        int had = breaks->own_meal ? own_meal_had(s, tour, breaks) : 1;
        found->unfed = had == 0;
        if (had == 0) cost += m->weights->missed_meal;
        tick idle =
            later(0, found->depart - m->tours[tour].start) + later(0, m->tours[tour].end - found->back);
        for (int64_t k = 1; k < n; k++) idle += s->final[k].start - s->final[k].arrival - s->final[k].pause;
        found->idle = idle - (had == 2 ? breaks->own_meal : 0);
    }
    found->cost = cost + m->weights->overtime * later(0, found->back - m->tours[tour].end);
}
