/* Large neighbourhood search: empty a few tours around a visit, refill them, accept by annealing.

   Ruin by strings of neighbouring visits and rebuild with blinks after Christiaens & Vanden Berghe (2020),
   Slack Induction by String Removals, Transportation Science 54(2); here with several rebuild orders, since
   what matters first is whom to leave out. */
#include <math.h>
#include "lns.h"
#include "../timing/duty.h"
#include "driving.h"
#include "insertion.h"
#include "moves.h"

#define STRING_MOST 5
#define SPARE_TOURS 2
#define BLINK 0.015
#define SHARE_OF_WHOLE_TOURS 0.12
#define SHARE_OF_STRINGS 0.75 /* up to this share of ruins; the rest removes single visits */
#define STRANGERS 0.08        /* chance of an uncovered visit far from the ruin to be tried too */
#define EXCHANGES 0.08        /* share of ruins that give a tour another vehicle, where there are any */

/* xoshiro256++ of Blackman & Vigna (public domain): the same numbers on every machine. */
static uint64_t random_bits(search *s) {
    uint64_t *r = s->random, sum = r[0] + r[3], result = (sum << 23 | sum >> 41) + r[0], t = r[1] << 17;
    r[2] ^= r[0];
    r[3] ^= r[1];
    r[1] ^= r[2];
    r[0] ^= r[3];
    r[2] ^= t;
    r[3] = r[3] << 45 | r[3] >> 19;
    return result;
}

SHARED double random_unit(search *s) { return (double)(random_bits(s) >> 11) * 0x1.0p-53; }
static int64_t random_below(search *s, int64_t n) { return (int64_t)(random_unit(s) * (double)n); }

/* Back a tour up before its first change of the iteration, and let it be refilled. */
static void touch(search *s, int64_t tour) {
    for (int64_t x = 0; x < s->touched_size; x++)
        if (s->touched[x] == tour) return;
    back_up(s, &s->iteration, tour);
    s->touched[s->touched_size++] = tour;
}

/* Whether the visit may be covered only where the other is. */
static bool needs(const model *m, int64_t visit, int64_t other) {
    for (int64_t r = m->visits[visit].first_link; r < m->visits[visit].end_link; r++)
        if (m->links[r].together && m->links[r].other == other) return true;
    return false;
}

/* Uncover a visit and what must not be covered without it; pinned ones stay. */
static void drop(search *s, int64_t visit) {
    const model *m = s->m;
    touch(s, s->tour_of[visit]);
    if (m->visits[visit].is_pinned) return;
    for (int64_t r = m->visits[visit].first_link; r < m->visits[visit].end_link; r++)
        if (m->links[r].timed && s->tour_of[m->links[r].other] >= 0) touch(s, s->tour_of[m->links[r].other]);
    take(s, visit);
    for (int64_t r = m->visits[visit].first_link; r < m->visits[visit].end_link; r++)
        if (s->tour_of[m->links[r].other] >= 0 && needs(m, m->links[r].other, visit))
            drop(s, m->links[r].other);
}

static void drop_tour(search *s, int64_t tour) {
    touch(s, tour);
    for (int64_t k = s->count[tour] - 1; k >= 0; k--)
        if (k < s->count[tour]) drop(s, ORDER(tour, k));
}

/* Uncover up to `most` visits in a row of one tour, this one among them. Returns how many. */
static int64_t drop_string(search *s, int64_t visit, int64_t most) {
    int64_t tour = s->tour_of[visit], n = s->count[tour], k = 0, string[STRING_MOST];
    while (ORDER(tour, k) != visit) k++;
    int64_t length = 1 + random_below(s, most < n ? most : n), first = k - random_below(s, length);
    if (first < 0) first = 0;
    if (first > n - length) first = n - length;
    for (int64_t x = 0; x < length; x++) string[x] = ORDER(tour, first + x);
    for (int64_t x = 0; x < length; x++)
        if (s->tour_of[string[x]] >= 0) drop(s, string[x]);
    return length;
}

static bool is_touched(const search *s, int64_t tour) {
    for (int64_t x = 0; x < s->touched_size; x++)
        if (s->touched[x] == tour) return true;
    return false;
}

/* Of two tours the one that is idle for longer. */
static int64_t idler_of(const search *s, int64_t one, int64_t other) {
    return idle_of(s, one) >= idle_of(s, other) ? one : other;
}

/* Give the tour of some availability another vehicle, or none; who has that one on the day loses her tour. */
static void exchange_vehicle(search *s) {
    const model *m = s->m;
    int64_t to = random_below(s, m->tours_n), from = other_of_stay(s, to), vehicle = m->tours[to].vehicle,
            visits[LONGEST_TOUR + 1];
    if (from < 0 || s->count[from] > m->tours[to].most_visits) return;
    for (int64_t k = 0; k < s->count[from]; k++)
        if (m->visits[ORDER(from, k)].is_pinned) return;
    for (int64_t r = vehicle < 0 ? 0 : m->vehicles[vehicle].first_ride;
         vehicle >= 0 && r < m->vehicles[vehicle].end_ride; r++)
        if (s->count[m->rides[r]] && m->tours[m->rides[r]].slot == m->tours[to].slot)
            drop_tour(s, m->rides[r]);
    touch(s, from);
    touch(s, to);
    for (int64_t k = s->count[from] - 1; k >= 0; k--)
        if (k < s->count[from] && !(PAIR(to, ORDER(from, k)) & MAY)) drop(s, ORDER(from, k));
    int64_t n = s->count[from];
    for (int64_t k = 0; k < n; k++) visits[k] = ORDER(from, k);
    for (int64_t k = 0; k < n; k++) take(s, visits[k]);
    for (int64_t k = 0; k < n; k++) put(s, visits[k], to, k);
}

/* What may be driven in place of the touched tours may be refilled as well. */
static void touch_stays(search *s) {
    const model *m = s->m;
    for (int64_t x = 0, n = s->touched_size; x < n; x++) {
        int64_t tour = s->touched[x], stay = m->tours[tour].stay;
        for (int64_t other = tour - 1; other >= 0 && m->tours[other].stay == stay; other--) touch(s, other);
        for (int64_t other = tour + 1; other < m->tours_n && m->tours[other].stay == stay; other++)
            touch(s, other);
    }
}

/* Uncover visits near `seed`: whole tours, strings of several tours, or single visits. */
static void ruin(search *s, int64_t seed) {
    const model *m = s->m;
    double kind = random_unit(s);
    s->touched_size = 0;
    if (m->vehicles_n && random_unit(s) < EXCHANGES) {
        exchange_vehicle(s);
    } else if (kind < SHARE_OF_WHOLE_TOURS) {
        for (int64_t times = 1 + random_below(s, 2); times > 0; times--) {
            int64_t tour = random_below(s, m->tours_n), other = m->vehicles_n ? other_of_stay(s, tour) : -1;
            drop_tour(s, other >= 0 ? other : tour);
        }
    } else {
        bool strings = kind < SHARE_OF_STRINGS;
        int64_t budget = 3 + random_below(s, 12);
        for (int64_t x = 0; x < m->neighbours_n && budget > 0; x++) {
            int64_t visit = m->near[seed * m->neighbours_n + x], tour = s->tour_of[visit];
            if (tour >= 0 && !(strings && is_touched(s, tour)))
                budget -= drop_string(s, visit, strings ? STRING_MOST : 1);
        }
    }
    for (int times = 0; times < SPARE_TOURS; times++) touch(s, random_below(s, m->tours_n));
    if (m->weights->max_idle) touch(s, idler_of(s, random_below(s, m->tours_n), random_below(s, m->tours_n)));
    if (m->vehicles_n) touch_stays(s);
}

/* Settle and judge what the ruin left. A tour whose ends are too far from home goes whole, and a worker whose
   days break a rule by a hole (a gap too many, say) loses his touched tours. False when nothing lawful was
   found. */
static bool refresh(search *s) {
    const model *m = s->m;
    for (int attempt = 0; attempt < 4; attempt++) {
        start_component(s);
        for (int64_t x = 0; x < s->touched_size; x++) join(s, s->touched[x]);
        close_component(s);
        for (int64_t x = 0; x < s->component_size; x++) back_up(s, &s->iteration, s->component[x]);
        if (judge(s)) return true;
        for (int64_t x = 0; x < s->touched_size; x++)
            if (!ends_hold(s, s->touched[x]) || (m->vehicles_n && !driving_holds(s, s->touched[x])) ||
                judge_worker(s, m->tours[s->touched[x]].worker) == BROKEN)
                drop_tour(s, s->touched[x]);
    }
    return false;
}

/* Insertion sort of visits by key: no allocation, the same order everywhere. */
SHARED void sort_by_key(int64_t *items, const double *key, int64_t size) {
    for (int64_t i = 1; i < size; i++) { /* the queue is nearly always below fifty */
        int64_t item = items[i], k = i;
        for (; k > 0 && key[items[k - 1]] > key[item]; k--) items[k] = items[k - 1];
        items[k] = item;
    }
}

static double queue_key(search *s, int64_t visit, int64_t rule) {
    const model *m = s->m;
    double r = random_unit(s), worth = (double)s->guide[visit], day = (double)m->scalars->horizon;
    switch (rule) {
    case 0: return r;
    case 1: return r - worth;
    case 2: return -worth / ((double)m->visits[visit].duration + 0.01 * day) * (0.8 + 0.4 * r);
    case 3: return (double)m->visits[visit].opens + 0.02 * day * r;
    default: return -worth * (0.5 + r);
    }
}

/* Whether the present stage of the search does not look for the visit. */
static bool is_left_aside(const search *s, int64_t visit) {
    const model *m = s->m;
    return s->guide[visit] == 0 && m->visits[visit].penalty > 0;
}

/* Uncovered visits to try, in one of several random orders: near the seed, dropped just now, and a few
   others. */
static void queue(search *s, int64_t seed) {
    const model *m = s->m;
    for (int64_t v = 0; v < m->visits_n; v++) s->wanted[v] = false;
    for (int64_t x = 0; x < m->neighbours_n; x++) s->wanted[m->near[seed * m->neighbours_n + x]] = true;
    for (int64_t x = 0; x < s->touched_size; x++)
        for (int64_t k = 0; k < s->iteration.count[s->touched[x]]; k++)
            s->wanted[s->iteration.order[s->touched[x] * s->length + k]] = true;
    int64_t rule = random_below(s, 5);
    s->absent_size = 0;
    for (int64_t v = 0; v < m->visits_n; v++) {
        if (s->tour_of[v] >= 0 || is_left_aside(s, v) || !(s->wanted[v] || random_unit(s) < STRANGERS))
            continue;
        s->key[v] = queue_key(s, v, rule);
        s->absent[s->absent_size++] = v;
    }
    sort_by_key(s->absent, s->key, s->absent_size);
}

/* Insert the queued visits into the given tours, one after the other. */
static void rebuild(search *s, const int64_t *tours, int64_t count, double blink) {
    for (int64_t x = 0; x < s->absent_size; x++)
        if (s->tour_of[s->absent[x]] < 0) insert(s, s->absent[x], tours, count, blink);
}

/* Uncover halves whose other half found no place. False when nothing lawful was left. */
static bool tidy(search *s) {
    const model *m = s->m;
    bool found = false;
    for (int64_t x = 0; x < s->touched_size; x++)
        for (int64_t k = 0; k < s->count[s->touched[x]]; k++)
            if (lone_half(s, ORDER(s->touched[x], k))) {
                if (m->visits[ORDER(s->touched[x], k)].is_pinned) return false;
                drop(s, ORDER(s->touched[x], k));
                found = true;
                k = -1;
            }
    return !found || refresh(s);
}

SHARED void keep_best(search *s) {
    int64_t cost = true_total(s);
    if (cost >= s->best_true) return;
    s->best_true = cost;
    s->improvements += 1;
    for (int64_t tour = 0; tour < s->m->tours_n; tour++) {
        s->best_count[tour] = s->count[tour];
        for (int64_t k = 0; k < s->count[tour]; k++) s->best_order[tour * s->length + k] = ORDER(tour, k);
    }
    for (int64_t v = 0; v < s->m->visits_n; v++) s->best_early[v] = s->tour_of[v] >= 0 ? s->early[v] : -FAR;
}

/* Remember the touched tours as columns for the master problem. */
static void pool_routes(search *s) {
    for (int64_t x = 0; x < s->touched_size; x++) {
        int64_t tour = s->touched[x], row = s->pooled % s->pool_rows;
        if (s->count[tour] == 0) continue;
        for (int64_t k = 0; k < s->count[tour]; k++) s->pool_order[row * s->length + k] = ORDER(tour, k);
        s->pool_head[row] = (struct pooled){tour, s->count[tour], s->measures[tour].cost};
        s->pooled += 1;
    }
}

/* First plan: the dearest visits an hour first, each at its best place anywhere. As it was where that leaves
   nothing lawful. */
SHARED void construct(search *s) {
    const model *m = s->m;
    open_backup(&s->iteration);
    s->touched_size = s->absent_size = 0;
    for (int64_t tour = 0; tour < m->tours_n; tour++) touch(s, tour);
    for (int64_t v = 0; v < m->visits_n; v++) {
        s->key[v] =
            -(double)s->guide[v] / ((double)m->visits[v].duration + 0.01 * (double)m->scalars->horizon);
        if (s->tour_of[v] < 0) s->absent[s->absent_size++] = v;
    }
    sort_by_key(s->absent, s->key, s->absent_size);
    rebuild(s, s->touched, s->touched_size, 0.0);
    /* What is left without the halves may owe a break that they gave room for. */
    if (!tidy(s)) restore(s, &s->iteration);
    keep_best(s);
}

/* One iteration at a temperature. */
SHARED void iterate(search *s, double temperature) {
    const model *m = s->m;
    int64_t before = guide_total(s), seed = random_below(s, m->visits_n);
    open_backup(&s->iteration);
    ruin(s, seed);
    bool lawful = refresh(s);
    if (lawful) {
        queue(s, seed);
        rebuild(s, s->touched, s->touched_size, BLINK);
        lawful = tidy(s);
    }
    double change = (double)(guide_total(s) - before);
    if (lawful && (change <= 0 || change < -temperature * log(random_unit(s)))) {
        if (change < 0 || random_unit(s) < 0.02) pool_routes(s);
        keep_best(s);
    } else {
        restore(s, &s->iteration);
    }
    s->iterations += 1;
}
