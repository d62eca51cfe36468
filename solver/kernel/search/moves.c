/* Changing a state and taking it back: settle tied tours, place and remove visits, keep exact costs. */
#include <math.h>
#include <string.h>
#include "driving.h"
#include "moves.h"
#include "../timing/duty.h"
#include "../timing/paths.h"
#include "../timing/timing.h"

/* Book a visit to a tour; its place in the order is the caller's. */
static void assign(search *s, int64_t visit, int64_t tour) {
    const model *m = s->m;
    s->tour_of[visit] = tour;
    s->hosts[tour] = -1;
    s->sum_provider -= --s->uncovered_of[m->visits[visit].provider];
    s->sum_true -= m->visits[visit].penalty;
    s->sum_guide -= s->guide[visit];
}

SHARED void release(search *s, int64_t visit) {
    const model *m = s->m;
    if (s->tour_of[visit] >= 0) s->hosts[s->tour_of[visit]] = -1;
    s->tour_of[visit] = -1;
    s->sum_provider += s->uncovered_of[m->visits[visit].provider]++;
    s->sum_true += m->visits[visit].penalty;
    s->sum_guide += s->guide[visit];
}

/* Nobody does anything. */
SHARED void clear(search *s) {
    const model *m = s->m;
    s->sum_true = s->sum_guide = s->sum_soft = s->sum_provider = 0;
    memset(s->count, 0, (size_t)m->tours_n * sizeof *s->count);
    memset(s->stale, 0, (size_t)m->tours_n * sizeof *s->stale);
    for (int64_t tour = 0; tour < m->tours_n; tour++)
        s->meal_at[tour] = s->meal_visit[tour] = s->hosts[tour] = -1;
    memset(s->measures, 0, (size_t)m->tours_n * sizeof *s->measures);
    memset(s->worker_cost, 0, (size_t)m->workers_n * sizeof *s->worker_cost);
    memset(s->uncovered_of, 0, (size_t)m->scalars->providers * sizeof *s->uncovered_of);
    for (int64_t v = 0; v < m->visits_n; v++) {
        s->tour_of[v] = -1; /* of a new search: zero, a tour */
        release(s, v);
        s->early[v] = -FAR;
        s->late[v] = FAR;
    }
}

SHARED void open_backup(backup *b) {
    b->stamp += 1;
    b->size = 0;
}

/* Remember a tour as it is, once a backup. */
SHARED void back_up(const search *s, backup *b, int64_t tour) {
    const model *m = s->m;
    if (b->in[tour] == b->stamp) return;
    b->in[tour] = b->stamp;
    b->list[b->size++] = tour;
    b->count[tour] = s->count[tour];
    b->meal_at[tour] = s->meal_at[tour];
    b->meal_visit[tour] = s->meal_visit[tour];
    for (int64_t k = 0; k < s->count[tour]; k++) {
        int64_t visit = ORDER(tour, k);
        b->order[tour * s->length + k] = (int32_t)visit;
        b->times[tour * s->length + k] = (timed){s->early[visit], s->pause[visit], s->late[visit]};
    }
    b->measures[tour] = s->measures[tour];
    b->judged[tour] = s->judged[tour];
    int64_t worker = m->tours[tour].worker;
    for (int64_t other = m->workers[worker].first_tour; other < m->workers[worker].end_tour; other++)
        if (other != tour && b->in[other] == b->stamp)
            return; /* the worker's cost was kept before it could change */
    b->worker_cost[worker] = s->worker_cost[worker];
}

/* Put back every tour of the backup. */
SHARED void restore(search *s, const backup *b) {
    const model *m = s->m;
    for (int64_t x = 0; x < b->size; x++)
        for (int64_t k = 0; k < s->count[b->list[x]]; k++) release(s, ORDER(b->list[x], k));
    for (int64_t x = 0; x < b->size; x++) {
        int64_t tour = b->list[x], worker = m->tours[tour].worker;
        s->count[tour] = b->count[tour];
        s->meal_at[tour] = b->meal_at[tour];
        s->meal_visit[tour] = b->meal_visit[tour];
        for (int64_t k = 0; k < s->count[tour]; k++) {
            int64_t visit = ORDER(tour, k) = b->order[tour * s->length + k];
            timed kept = b->times[tour * s->length + k];
            s->early[visit] = kept.start;
            s->pause[visit] = kept.pause;
            s->late[visit] = kept.arrival;
            assign(s, visit, tour);
        }
        s->sum_soft += b->measures[tour].cost - s->measures[tour].cost;
        s->sum_soft += b->worker_cost[worker] - s->worker_cost[worker];
        s->worker_cost[worker] = b->worker_cost[worker];
        s->measures[tour] = b->measures[tour];
        s->judged[tour] = b->judged[tour];
        s->stale[tour] = false;
    }
}

SHARED void start_component(search *s) {
    s->mark += 1;
    s->component_size = 0;
}

SHARED void join(search *s, int64_t tour) {
    if (s->marks[tour] == s->mark) return;
    s->marks[tour] = s->mark;
    s->component[s->component_size++] = tour;
}

/* Whether the tour is one of several of its availability, and neither driven nor just given up. */
static bool is_idle_choice(const search *s, int64_t tour) {
    return s->m->vehicles_n && s->count[tour] == 0 && s->measures[tour].count == 0;
}

/* Join the worker's other tours of that day: their measures hang together. */
SHARED void join_day(search *s, int64_t tour) {
    const model *m = s->m;
    int64_t worker = m->tours[tour].worker;
    for (int64_t other = m->workers[worker].first_tour; other < m->workers[worker].end_tour; other++)
        if (m->tours[other].slot == m->tours[tour].slot && !is_idle_choice(s, other)) join(s, other);
}

/* Extend the component by the worker's other tours of those days (their measures hang together) and by all
   tours that timed links tie to it. */
SHARED void close_component(search *s) {
    const model *m = s->m;
    for (int64_t x = 0; x < s->component_size; x++) {
        int64_t tour = s->component[x];
        join_day(s, tour);
        if (!m->scalars->timed_links) continue;
        for (int64_t k = 0; k < s->count[tour]; k++) {
            int64_t visit = ORDER(tour, k);
            for (int64_t r = m->visits[visit].first_link; r < m->visits[visit].end_link; r++)
                if (m->links[r].timed && s->tour_of[m->links[r].other] >= 0)
                    join(s, s->tour_of[m->links[r].other]);
        }
    }
}

/* Mark as dirty the tours tied to this one. */
static void wake_partners(search *s, int64_t tour) {
    const model *m = s->m;
    for (int64_t k = 0; k < s->count[tour]; k++) {
        int64_t visit = ORDER(tour, k);
        for (int64_t r = m->visits[visit].first_link; r < m->visits[visit].end_link; r++) {
            int64_t other = s->tour_of[m->links[r].other];
            if (m->links[r].timed && other >= 0) s->dirty[other] = true;
        }
    }
}

SHARED void set_dirty(search *s, bool value) {
    for (int64_t x = 0; x < s->component_size; x++) s->dirty[s->component[x]] = value;
}

/* Earliest starts of the component: the least fixpoint of section 2. False when there is none. */
static bool settle_early(search *s) {
    const model *m = s->m;
    bool ties = m->scalars->timed_links, again = true;
    int64_t budget =
        30 * s->component_size + 60; /* a fixpoint that takes more rounds runs away around a cycle */
    set_dirty(s, true);
    while (again) {
        again = false;
        for (int64_t x = 0; x < s->component_size; x++) {
            int64_t tour = s->component[x];
            if (!s->dirty[tour]) continue;
            s->dirty[tour] = false;
            if (budget-- == 0 || !time_early(s, tour)) {
                set_dirty(s, false);
                return false;
            }
            if (keep_early(s, tour) && ties) {
                wake_partners(s, tour);
                again = true;
            }
        }
    }
    return true;
}

static void settle_late(search *s) {
    const model *m = s->m;
    bool ties = m->scalars->timed_links, again = true;
    int64_t budget = 30 * s->component_size + 60;
    set_dirty(s, true);
    while (again && budget > 0) {
        again = false;
        for (int64_t x = 0; x < s->component_size; x++) {
            int64_t tour = s->component[x];
            if (!s->dirty[tour]) continue;
            s->dirty[tour] = false;
            budget--;
            if (time_late(s, tour) && ties) {
                wake_partners(s, tour);
                again = true;
            }
        }
    }
    set_dirty(s, false);
}

SHARED bool settle(search *s) {
    const model *m = s->m;
    if (m->scalars->timed_links)
        for (int64_t x = 0; x < s->component_size; x++)
            for (int64_t k = 0; k < s->count[s->component[x]]; k++) {
                int64_t visit = ORDER(s->component[x], k);
                s->early[visit] = -FAR;
                s->late[visit] = FAR;
            }
    if (!settle_early(s)) return false;
    settle_late(s);
    return true;
}

/* Whether a worker is among those who guide whoever shares a visit. */
static bool guides(const model *m, int64_t worker, int64_t shared) {
    int64_t tour = m->workers[worker].first_tour;
    return tour < m->workers[worker].end_tour && (PAIR(tour, shared) & MAY_GUIDE);
}

/* Whether link row `r` lets these two workers do its two ends: `worker` the visit, `partner` the other. */
SHARED bool may_meet(const model *m, int64_t r, int64_t visit, int64_t worker, int64_t partner) {
    switch (m->links[r].worker) {
        case SAME: return worker == partner;
        case DIFFERENT: return worker != partner;
        case GUIDES: return guides(m, worker, m->links[r].other);
        case GUIDED: return guides(m, partner, visit);
        default: return true;
    }
}

/* Whether links to covered visits let this worker take the visit. */
SHARED bool worker_fits(const search *s, int64_t visit, int64_t worker) {
    const model *m = s->m;
    for (int64_t r = m->visits[visit].first_link; r < m->visits[visit].end_link; r++) {
        int64_t tour = s->tour_of[m->links[r].other];
        if (tour >= 0 && !may_meet(m, r, visit, worker, m->tours[tour].worker)) return false;
    }
    return true;
}

/* Whether the tour may begin and end where it does: taking its first or last visit out moves the ends. */
SHARED bool ends_hold(const search *s, int64_t tour) {
    const model *m = s->m;
    int64_t n = s->count[tour];
    return n == 0 ||
           ((PAIR(tour, ORDER(tour, 0)) & MAY_FIRST) && (PAIR(tour, ORDER(tour, n - 1)) & MAY_LAST));
}

/* Measure the component's stale tours and judge their workers, keeping the soft sum; false when a rule
   breaks. The sums stay whole either way, so the caller can restore. */
SHARED bool measure_stale(search *s) {
    const model *m = s->m;
    for (int64_t x = 0; x < s->component_size; x++) {
        int64_t tour = s->component[x], worker = m->tours[tour].worker;
        if (!s->stale[tour]) continue;
        for (int64_t other = m->workers[worker].first_tour; other < m->workers[worker].end_tour; other++)
            if (m->tours[other].slot == m->tours[tour].slot && !is_idle_choice(s, other))
                s->stale[other] = true;
    }
    for (int64_t x = 0; x < s->component_size; x++) {
        int64_t tour = s->component[x];
        if (!s->stale[tour]) continue;
        s->sum_soft -= s->measures[tour].cost;
        time_measures(s, tour);
        s->sum_soft += s->measures[tour].cost;
    }
    for (int64_t x = 0; m->vehicles_n && x < s->component_size; x++)
        if (s->stale[s->component[x]] && !driving_holds(s, s->component[x])) return false;
    for (int64_t x = 0; x < s->component_size; x++) {
        int64_t tour = s->component[x], worker = m->tours[tour].worker;
        if (!s->stale[tour]) continue;
        if (s->measures[tour].unfed && breaks_of(s, tour)->own_meal_required) return false;
        int64_t cost = judge_worker(s, worker);
        if (cost == BROKEN) return false;
        s->sum_soft += cost - s->worker_cost[worker];
        s->worker_cost[worker] = cost;
    }
    for (int64_t x = 0; x < s->component_size; x++) s->stale[s->component[x]] = false;
    return true;
}

/* Settle the whole component from scratch, then measure what changed; false when a rule breaks. */
SHARED bool judge(search *s) {
    for (int64_t x = 0; x < s->component_size; x++)
        if (!ends_hold(s, s->component[x])) return false;
    for (int64_t x = 0; x < s->component_size; x++)
        for (int64_t k = 0; k < s->count[s->component[x]]; k++) {
            int64_t visit = ORDER(s->component[x], k);
            s->was[visit] = s->early[visit];
        }
    for (int64_t x = 0; s->has_own_meals && x < s->component_size; x++)
        if (s->stale[s->component[x]]) place_meal(s, s->component[x]);
    bool settled = settle(s);
    for (int64_t x = 0; x < s->component_size; x++) {
        int64_t tour = s->component[x];
        s->stale[tour] |= !settled;
        for (int64_t k = 0; k < s->count[tour]; k++)
            s->stale[tour] |= s->early[ORDER(tour, k)] != s->was[ORDER(tour, k)];
    }
    return settled && measure_stale(s);
}

/* The visit's own tour and those tied to it must be measured again. */
static void wake_ties(search *s, int64_t visit) {
    const model *m = s->m;
    s->stale[s->tour_of[visit]] = true;
    for (int64_t r = m->visits[visit].first_link; r < m->visits[visit].end_link; r++)
        if (m->links[r].timed && s->tour_of[m->links[r].other] >= 0)
            s->stale[s->tour_of[m->links[r].other]] = true;
}

/* Insert into the order alone; false when the tour is full. */
SHARED bool put(search *s, int64_t visit, int64_t tour, int64_t position) {
    const model *m = s->m;
    if (s->count[tour] >= m->tours[tour].most_visits) return false;
    for (int64_t k = s->count[tour]++; k > position; k--) ORDER(tour, k) = ORDER(tour, k - 1);
    ORDER(tour, position) = (int32_t)visit;
    s->early[visit] = -FAR;
    s->late[visit] = FAR;
    s->pause[visit] = 0;
    assign(s, visit, tour);
    wake_ties(s, visit);
    return true;
}

/* Remove from the order alone. */
SHARED void take(search *s, int64_t visit) {
    int64_t tour = s->tour_of[visit], k = 0;
    while (ORDER(tour, k) != visit) k++;
    for (s->count[tour]--; k < s->count[tour]; k++) ORDER(tour, k) = ORDER(tour, k + 1);
    wake_ties(s, visit);
    release(s, visit);
}

SHARED tick idle_of(const search *s, int64_t tour) {
    const model *m = s->m;
    if (s->measures[tour].count) return s->measures[tour].idle;
    return m->vehicles_n && other_of_stay(s, tour) >= 0 ? 0 : m->tours[tour].idle;
}

SHARED double eighth_power(double x) {
    x *= x;
    x *= x;
    return x * x;
}

SHARED double eighth_root(double x) { return sqrt(sqrt(sqrt(x))); }

SHARED extremes extremes_of(const search *s, bool powers) {
    const model *m = s->m;
    extremes found = {0};
    for (int64_t tour = 0; tour < m->tours_n; tour++) {
        const struct measures *measures = &s->measures[tour];
        tick idle = idle_of(s, tour);
        found.idle = later(found.idle, idle);
        found.late = later(found.late, measures->max_late); /* zero for a tour without stops */
        found.wait = later(found.wait, measures->max_wait);
        if (!powers) continue;
        found.idles += eighth_power((double)idle);
        found.lates += eighth_power((double)measures->max_late);
        found.waits += eighth_power((double)measures->max_wait);
    }
    return found;
}

static bool prices_extremes(const model *m) {
    return m->weights->max_lateness || m->weights->max_waiting || m->weights->max_idle;
}

/* Price of the single worst lateness, wait and idle time of the whole plan. */
static int64_t extremes_cost(const search *s) {
    const model *m = s->m;
    if (!prices_extremes(m)) return 0;
    extremes most = extremes_of(s, false);
    return m->weights->max_lateness * most.late + m->weights->max_waiting * most.wait +
           m->weights->max_idle * most.idle;
}

/* A maximum is flat: nearly no move changes it. So the guide mixes it with the 8-norm of what the tours hold,
   which is at least the maximum and falls when any tour near it does. */
static int64_t smoothed_extremes(const search *s) {
    const model *m = s->m;
    if (!prices_extremes(m)) return 0;
    if (s->smooth <= 0) return extremes_cost(s);
    extremes most = extremes_of(s, true);
    double flat = (double)(m->weights->max_lateness * most.late + m->weights->max_waiting * most.wait +
                           m->weights->max_idle * most.idle);
    double norm = (double)m->weights->max_lateness * eighth_root(most.lates) +
                  (double)m->weights->max_waiting * eighth_root(most.waits) +
                  (double)m->weights->max_idle * eighth_root(most.idles);
    return (int64_t)(flat + s->smooth * (norm - flat) + 0.5);
}

/* Price of how far the workers are from their mean work, which is floored. */
static int64_t balance_cost(const search *s) {
    const model *m = s->m;
    if (m->weights->workload_balance == 0) return 0;
    tick total = 0, away = 0;
    for (int64_t tour = 0; tour < m->tours_n; tour++) total += s->measures[tour].work;
    for (int64_t worker = 0; worker < m->workers_n; worker++) {
        tick work = 0;
        for (int64_t tour = m->workers[worker].first_tour; tour < m->workers[worker].end_tour; tour++)
            work += s->measures[tour].work;
        away += later(work - total / m->workers_n, total / m->workers_n - work);
    }
    return m->weights->workload_balance * away;
}

static int64_t soft_total(const search *s) {
    const model *m = s->m;
    return balance_cost(s) + s->sum_soft + m->weights->equity_providers * s->sum_provider +
           (m->vehicles_n ? vehicle_days_cost(s) : 0) + (m->paths_n ? paths_cost(s) : 0);
}

SHARED int64_t guide_total(const search *s) { return s->sum_guide + soft_total(s) + smoothed_extremes(s); }
SHARED int64_t true_total(const search *s) { return s->sum_true + soft_total(s) + extremes_cost(s); }

/* Whether a covered visit misses the other it must be covered together with. */
SHARED bool lone_half(const search *s, int64_t visit) {
    const model *m = s->m;
    for (int64_t r = m->visits[visit].first_link; r < m->visits[visit].end_link; r++)
        if (m->links[r].together && s->tour_of[m->links[r].other] < 0) return true;
    return false;
}
