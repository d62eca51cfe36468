/* The canonical timing of one tour: docs/design.md section 1, kernel side. */
#include "timing.h"

/* First lawful start of the visit by this worker at `at` or later; FAR when there is none. */
SHARED tick earliest(const model *m, int64_t visit, int64_t worker, tick at) {
    for (int64_t k = VISIT(visit, V_WIN0); k < VISIT(visit, V_WIN1); k++) {
        tick start = later(at, WINDOW(k, 0)), shut = WINDOW(k, 2), duration = VISIT(visit, V_DUR);
        if (start > shut) continue;
        for (int64_t b = WORKER(worker, W_BLOCK0); b < WORKER(worker, W_BLOCK1); b++)
            if (BLOCK(b, 0) < start + duration && start < BLOCK(b, 1)) start = BLOCK(b, 1);
        if (start <= shut) return start;
    }
    return FAR;
}

/* Last lawful start at `at` or earlier; -FAR when there is none. */
SHARED tick latest(const model *m, int64_t visit, int64_t worker, tick at) {
    for (int64_t k = VISIT(visit, V_WIN1) - 1; k >= VISIT(visit, V_WIN0); k--) {
        tick start = sooner(at, WINDOW(k, 2)), opens = WINDOW(k, 0), duration = VISIT(visit, V_DUR);
        if (start < opens) continue;
        for (int64_t b = WORKER(worker, W_BLOCK1) - 1; b >= WORKER(worker, W_BLOCK0); b--)
            if (BLOCK(b, 0) < start + duration && start < BLOCK(b, 1)) start = BLOCK(b, 0) - duration;
        if (start >= opens) return start;
    }
    return -FAR;
}

/* Row of the window a start lies in: the last one that has opened. */
static int64_t window_of(const model *m, int64_t visit, tick start) {
    int64_t found = VISIT(visit, V_WIN0);
    for (int64_t k = found + 1; k < VISIT(visit, V_WIN1); k++)
        if (WINDOW(k, 0) <= start) found = k;
    return found;
}

SHARED tick lateness(const model *m, int64_t visit, tick start) {
    return later(0, start - WINDOW(window_of(m, visit, start), 1));
}

/* Least lateness of any start at `from` or later: what is pushed out of one window may be on time in the
   next. */
SHARED tick least_lateness(const model *m, int64_t visit, tick from) {
    tick least = FAR;
    for (int64_t k = VISIT(visit, V_WIN0); k < VISIT(visit, V_WIN1); k++)
        if (from <= WINDOW(k, 2)) least = sooner(least, later(0, later(from, WINDOW(k, 0)) - WINDOW(k, 1)));
    return least;
}

/* Earliest start that timed links to covered visits allow, from their own earliest starts. */
static tick link_floor(const search *s, int64_t visit) {
    const model *m = s->m;
    tick floor = -FAR;
    for (int64_t r = VISIT(visit, V_LINK0); r < VISIT(visit, V_LINK1); r++) {
        int64_t other = LINK(r, L_OTHER);
        if (LINK(r, L_TIMED) && s->tour_of[other] >= 0 && s->early[other] > -FAR)
            floor = later(floor, s->early[other] - LINK(r, L_HIGH));
    }
    return floor;
}

/* Whether a timed link ties the visit to another covered one. */
SHARED bool is_tied(const search *s, int64_t visit) {
    const model *m = s->m;
    for (int64_t r = VISIT(visit, V_LINK0); r < VISIT(visit, V_LINK1); r++)
        if (LINK(r, L_TIMED) && s->tour_of[LINK(r, L_OTHER)] >= 0) return true;
    return false;
}

/* The mix of hosts met in the tour, kept until its visits change. */
SHARED int64_t hosts_of(const search *s, int64_t tour) {
    const model *m = s->m;
    if (s->hosts[tour] >= 0) return s->hosts[tour];
    int64_t hosts = 0, worker = TOUR(tour, T_WORKER);
    for (int64_t k = 0; k < s->count[tour]; k++)
        hosts = JOIN_MIX(worker, hosts, HOST_MIX(worker, ORDER(tour, k)));
    return s->hosts[tour] = hosts;
}

/* The mix of hosts met in all the worker's tours of the tour's day. */
SHARED int64_t hosts_of_day(const search *s, int64_t tour) {
    const model *m = s->m;
    int64_t hosts = 0, worker = TOUR(tour, T_WORKER);
    if (m->mix_join_d1 == 2) return s->count[tour] > 0; /* hosts make no difference */
    for (int64_t other = WORKER(worker, W_TOUR0); other < WORKER(worker, W_TOUR1); other++)
        if (TOUR(other, T_SLOT) == TOUR(tour, T_SLOT)) hosts = JOIN_MIX(worker, hosts, hosts_of(s, other));
    return hosts;
}

/* The breaks that the tour owes under the rules of its day's hosts. */
SHARED const int64_t *breaks_of(const search *s, int64_t tour) {
    const model *m = s->m;
    return m->breaks + (tour * m->short_gap_d1 + hosts_of_day(s, tour)) * B_COLUMNS;
}

/* Time the tour's order as early as possible into `final`; false when the order is infeasible. The first stop
   starts at `first_floor` or later; `meal_at` is the position of the meal pause, -1 for none. */
static bool forward(search *s, int64_t tour, tick first_floor, int64_t meal_at) {
    const model *m = s->m;
    const int64_t *breaks = breaks_of(s, tour);
    int64_t worker = TOUR(tour, T_WORKER), profile = TOUR(tour, T_PROFILE), here = TOUR(tour, T_OUT);
    tick most = breaks[B_STRETCH], at_end = breaks[B_STRETCH_END], length = breaks[B_BREAK],
         clock = TOUR(tour, T_START), stretch = 0;
    for (int64_t k = 0; k < s->count[tour]; k++) {
        int64_t visit = ORDER(tour, k), site = VISIT(visit, V_SITE);
        tick duration = VISIT(visit, V_DUR), arrival = clock + TRAVEL(profile, here, site), floor = arrival,
             pause = 0;
        if (meal_at == k && breaks[B_OWN]) {
            tick left = k ? clock : TOUR(tour, T_START);
            if (later(left, breaks[B_OWN_FROM]) > breaks[B_OWN_TO]) return false;
            if (k) {
                pause = breaks[B_OWN];
                floor = later(arrival, breaks[B_OWN_FROM]) + pause;
            } else {
                floor = later(later(left, breaks[B_OWN_FROM]) + breaks[B_OWN] + TRAVEL(profile, here, site),
                              first_floor);
            }
        } else if (k == 0) {
            floor = later(floor, first_floor);
        } else if (k == meal_at) {
            pause = breaks[B_MEAL];
            floor = later(arrival, breaks[B_MEAL_FROM]) + pause;
            if (floor > breaks[B_MEAL_TO]) return false;
        }
        if (!s->alone && VISIT(visit, V_LINK0) < VISIT(visit, V_LINK1))
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
    return clock + TRAVEL(profile, here, TOUR(tour, T_IN)) <= TOUR(tour, T_HARD);
}

static tick final_end(const search *s, int64_t tour) {
    const model *m = s->m;
    int64_t last = s->count[tour] - 1;
    return s->final[last].start + VISIT(ORDER(tour, last), V_DUR);
}

/* Whether the timing in `final` owes a meal break that no gap gives. */
static bool meal_missing(const search *s, int64_t tour) {
    const int64_t *breaks = breaks_of(s, tour);
    if (breaks[B_MEAL] == 0 || s->count[tour] == 0) return false;
    if (s->final[0].start >= breaks[B_MEAL_BEFORE] || final_end(s, tour) <= breaks[B_MEAL_AFTER])
        return false;
    for (int64_t k = 1; k < s->count[tour]; k++) {
        tick begin = later(s->final[k].arrival, breaks[B_MEAL_FROM]);
        if (sooner(s->final[k].start, breaks[B_MEAL_TO]) - begin >= breaks[B_MEAL]) return false;
    }
    return true;
}

/* Time the tour with the meal where due, the first stop not before `first_floor`. Returns the position of the
   meal pause, -1 for none needed, -2 when the order is infeasible. */
SHARED int64_t forward_with_meal(search *s, int64_t tour, tick first_floor) {
    if (s->has_own_meals && breaks_of(s, tour)[B_OWN]) {
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
static int own_meal_had(const search *s, int64_t tour, const int64_t *breaks) {
    const model *m = s->m;
    int64_t n = s->count[tour], profile = TOUR(tour, T_PROFILE), last = ORDER(tour, n - 1);
    tick length = breaks[B_OWN], from = breaks[B_OWN_FROM], to = breaks[B_OWN_TO],
         begin = later(TOUR(tour, T_START), from);
    for (int64_t k = 1; k < n; k++) {
        tick left = s->final[k - 1].start + VISIT(ORDER(tour, k - 1), V_DUR), start = s->final[k].start;
        if (s->final[k].pause >= length && later(left, from) <= sooner(to, start - length)) return 1;
    }
    tick leave = s->final[0].start - TRAVEL(profile, TOUR(tour, T_OUT), VISIT(ORDER(tour, 0), V_SITE));
    if (begin <= to && begin + length <= leave) return 2;
    tick back =
        s->final[n - 1].start + VISIT(last, V_DUR) + TRAVEL(profile, VISIT(last, V_SITE), TOUR(tour, T_IN));
    return from <= back && back <= to && back + length <= TOUR(tour, T_END) ? 2 : 0;
}

static tick total_lateness(const search *s, int64_t tour);

/* Choose where the own meal is put, links aside: least lateness, then the earliest end, then first; -1 for
   nowhere. Returns whether the visit it comes before is another one than before the order changed. */
SHARED bool place_meal(search *s, int64_t tour) {
    int64_t n = s->count[tour];
    if (n == 0) return false;
    const int64_t *breaks = breaks_of(s, tour);
    int64_t best = -1, was = s->meal_visit[tour];
    tick best_late = FAR, best_end = FAR;
    s->meal_at[tour] = -1;
    s->meal_visit[tour] = -1;
    if (!breaks[B_OWN]) return was != -1;
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
            moved |= VISIT(visit, V_LINK0) < VISIT(visit, V_LINK1);
        }
        s->pause[visit] = s->final[k].pause;
    }
    return moved;
}

/* Latest starts into `late`, with the pauses of the earliest timing; true when a linked visit's changed. They
   only screen positions: a break that a later start would make due is left to the exact judgement. */
SHARED bool backward(search *s, int64_t tour) {
    const model *m = s->m;
    int64_t worker = TOUR(tour, T_WORKER), profile = TOUR(tour, T_PROFILE), there = TOUR(tour, T_IN);
    tick limit = TOUR(tour, T_HARD);
    bool moved = false;
    for (int64_t k = s->count[tour] - 1; k >= 0; k--) {
        int64_t visit = ORDER(tour, k), site = VISIT(visit, V_SITE);
        limit -= TRAVEL(profile, site, there) + VISIT(visit, V_DUR);
        for (int64_t r = VISIT(visit, V_LINK0); r < VISIT(visit, V_LINK1); r++) {
            int64_t other = LINK(r, L_OTHER);
            if (LINK(r, L_TIMED) && s->tour_of[other] >= 0 && s->late[other] < FAR)
                limit = sooner(limit, s->late[other] - LINK(r, L_LOW));
        }
        limit = later(latest(m, visit, worker, limit), s->early[visit]);
        if (s->late[visit] != limit) {
            s->late[visit] = limit;
            moved |= VISIT(visit, V_LINK0) < VISIT(visit, V_LINK1);
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
    int64_t worker = TOUR(tour, T_WORKER), profile = TOUR(tour, T_PROFILE), n = s->count[tour];
    tick limit = s->final[n - 1].start;
    for (int64_t k = n - 2; k >= 0; k--) {
        int64_t visit = ORDER(tour, k), after = ORDER(tour, k + 1);
        tick start = s->final[k].start;
        limit -= s->final[k + 1].pause + TRAVEL(profile, VISIT(visit, V_SITE), VISIT(after, V_SITE)) +
                 VISIT(visit, V_DUR);
        tick wanted = sooner(limit, WINDOW(window_of(m, visit, start), 1));
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
    const int64_t *rows = m->nights + (worker * m->short_gap_d1 + hosts) * 2;
    tick total = 0;
    for (int64_t k = rows[0]; k < rows[1]; k++)
        total += later(0, sooner(end, m->night[k * 2 + 1]) - later(start, m->night[k * 2]));
    return total;
}

/* Work from `from` to `until`, by the hours that rules ask about. */
static void count_hours(const model *m, int64_t *found, int64_t tour, int64_t hosts, tick from, tick until) {
    int64_t worker = TOUR(tour, T_WORKER);
    tick midnight = m->days[(worker * m->days_d1 + TOUR(tour, T_SLOT)) * D_COLUMNS + D_MIDNIGHT];
    found[M_NIGHT] += night_overlap(m, worker, hosts, from, until);
    found[M_AFTER] += later(0, until - later(from, midnight));
}

/* One wait inside a tour: work when short, an interruption otherwise. Returns its cost. */
static int64_t count_wait(const model *m, int64_t *measure, tick wait, tick short_gap, tick long_gap) {
    measure[M_MAX_WAIT] = later(measure[M_MAX_WAIT], wait);
    if (wait < short_gap) {
        measure[M_WORK] += wait;
        return WEIGHT(C_WAIT) * wait;
    }
    if (wait <= 0) return 0;
    measure[M_GAPS] += 1;
    measure[M_GAP_TOTAL] += wait;
    measure[M_LONG_GAPS] += wait > long_gap;
    measure[M_LONGEST_GAP] = later(measure[M_LONGEST_GAP], wait);
    return WEIGHT(C_GAP) * wait;
}

/* Final timing and everything rules and costs want to know of the tour, into `measures`. */
SHARED void measure(search *s, int64_t tour) {
    const model *m = s->m;
    int64_t *found = s->measures[tour], n = s->count[tour];
    for (int64_t c = 0; c < M_COLUMNS; c++) found[c] = 0;
    if (n == 0) return;
    settle_departure(s, tour);
    int64_t worker = TOUR(tour, T_WORKER), profile = TOUR(tour, T_PROFILE), here = TOUR(tour, T_OUT);
    int64_t hosts = hosts_of_day(s, tour), cost = WEIGHT(C_USED);
    tick short_gap = m->short_gap[worker * m->short_gap_d1 + hosts],
         long_gap = m->long_gap[worker * m->short_gap_d1 + hosts];
    bool travel_counts = m->travel_counts[worker * m->short_gap_d1 + hosts];
    tick period = s->final[0].start;
    for (int64_t k = 0; k < n; k++) {
        int64_t visit = ORDER(tour, k), site = VISIT(visit, V_SITE);
        tick start = s->final[k].start, duration = VISIT(visit, V_DUR), told = VISIT(visit, V_TOLD),
             hour = VISIT(visit, V_HOUR);
        cost += LEG_COST(profile, here, site) + PAIR_PRICE(tour, visit);
        tick from = start, arrival = s->final[k].arrival;
        found[M_WORK] += duration;
        if (k > 0) {
            tick wait = start - arrival - s->final[k].pause,
                 leg = travel_counts ? TRAVEL(profile, here, site) : 0;
            found[M_WORK] += leg;
            cost += count_wait(m, found, wait, short_gap, long_gap);
            if (wait < short_gap) from -= wait;
            if (VISIT(visit, V_PROVIDER) == VISIT(ORDER(tour, k - 1), V_PROVIDER))
                found[M_CAPPED] +=
                    m->capped[worker * m->visits_n + visit] * (leg + (wait < short_gap ? wait : 0));
            if (from == arrival) from -= leg;
            else count_hours(m, found, tour, hosts, arrival - leg, arrival);
            if (s->final[k].pause > 0 || (wait > 0 && wait >= short_gap)) period = start;
        }
        found[M_PERIOD] = later(found[M_PERIOD], start + duration - period);
        count_hours(m, found, tour, hosts, from, start + duration);
        tick late = lateness(m, visit, start);
        found[M_LATE] += late;
        found[M_MAX_LATE] = later(found[M_MAX_LATE], late);
        found[M_HOSTS] = JOIN_MIX(worker, found[M_HOSTS], HOST_MIX(worker, visit));
        found[M_CAPPED] += m->capped[worker * m->visits_n + visit] * duration;
        found[M_FRAGILE] |= VISIT(visit, V_FRAGILE);
        if (told > -FAR) cost += WEIGHT(C_MOVED) * later(start - told, told - start);
        if (hour > -FAR && later(start - hour, hour - start) > SCALAR(X_TOLERANCE))
            cost += WEIGHT(C_MOVED_VISIT);
        here = site;
    }
    found[M_COUNT] = n;
    found[M_FIRST] = s->final[0].start;
    found[M_LAST] = final_end(s, tour);
    found[M_DEPART] = found[M_FIRST] - TRAVEL(profile, TOUR(tour, T_OUT), VISIT(ORDER(tour, 0), V_SITE));
    found[M_BACK] = found[M_LAST] + TRAVEL(profile, here, TOUR(tour, T_IN));
    cost += LEG_COST(profile, here, TOUR(tour, T_IN)) + WEIGHT(C_LATE) * found[M_LATE];
    if (s->has_own_meals || WEIGHT(C_MAX_IDLE)) {
        const int64_t *breaks = breaks_of(s, tour);
        int had = breaks[B_OWN] ? own_meal_had(s, tour, breaks) : 1;
        found[M_UNFED] = had == 0;
        if (had == 0) cost += WEIGHT(C_NO_MEAL);
        tick idle =
            later(0, found[M_DEPART] - TOUR(tour, T_START)) + later(0, TOUR(tour, T_END) - found[M_BACK]);
        for (int64_t k = 1; k < n; k++) idle += s->final[k].start - s->final[k].arrival - s->final[k].pause;
        found[M_IDLE] = idle - (had == 2 ? breaks[B_OWN] : 0);
    }
    found[M_COST] = cost + WEIGHT(C_OVERTIME) * later(0, found[M_BACK] - TOUR(tour, T_END));
}
