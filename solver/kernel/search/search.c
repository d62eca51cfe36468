/* A search as Python calls it. All its memory is one arena, zeroed at birth, freed at once. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "complete.h"
#include "exact.h"
#include "insertion.h"
#include "lns.h"
#include "moves.h"
#include "../timing/timing.h"

#define LEAST_SMOOTH 0.3 /* what is left of the norm in the guide when the search is cold */

#ifdef __SANITIZE_ADDRESS__ /* `make sanitize`: what lies between two arrays of the arena is nobody's */
#include <sanitizer/asan_interface.h>
#define RED_ZONE 64
#else
#define RED_ZONE 0
#define ASAN_POISON_MEMORY_REGION(start, size) ((void)(start), (void)(size))
#endif

/* Hand out `bytes` of the arena, or only count them while `arena` is NULL. */
static void *carve(char *arena, size_t *used, size_t bytes) {
    char *here = arena ? arena + *used : NULL;
    size_t room = ((bytes + 63) & ~(size_t)63) + RED_ZONE;
    if (arena) ASAN_POISON_MEMORY_REGION(here + bytes, room - bytes);
    *used += room;
    return here;
}

static void carve_backup(backup *b, char *arena, size_t *used, size_t tours, size_t workers, size_t length) {
    b->list = carve(arena, used, tours * sizeof *b->list);
    b->in = carve(arena, used, tours * sizeof *b->in);
    b->count = carve(arena, used, tours * sizeof *b->count);
    b->meal_at = carve(arena, used, tours * sizeof *b->meal_at);
    b->meal_visit = carve(arena, used, tours * sizeof *b->meal_visit);
    b->worker_cost = carve(arena, used, workers * sizeof *b->worker_cost);
    b->measures = carve(arena, used, tours * sizeof *b->measures);
    b->judged = carve(arena, used, tours * sizeof *b->judged);
    b->order = carve(arena, used, tours * length * sizeof *b->order);
    b->times = carve(arena, used, tours * length * sizeof *b->times);
}

static size_t carve_all(search *s, char *arena) {
    size_t used = 0, visits = (size_t)s->m->visits_n, tours = (size_t)s->m->tours_n,
           workers = (size_t)s->m->workers_n;
    size_t length = (size_t)s->length, providers = (size_t)s->m->scalars->providers;
    s->order = carve(arena, &used, tours * length * sizeof *s->order);
    s->count = carve(arena, &used, tours * sizeof *s->count);
    s->tour_of = carve(arena, &used, visits * sizeof *s->tour_of);
    s->guide = carve(arena, &used, visits * sizeof *s->guide);
    s->early = carve(arena, &used, visits * sizeof *s->early);
    s->late = carve(arena, &used, visits * sizeof *s->late);
    s->pause = carve(arena, &used, visits * sizeof *s->pause);
    s->measures = carve(arena, &used, tours * sizeof *s->measures);
    s->judged = carve(arena, &used, tours * sizeof *s->judged);
    s->worker_cost = carve(arena, &used, workers * sizeof *s->worker_cost);
    s->uncovered_of = carve(arena, &used, providers * sizeof *s->uncovered_of);
    s->final = carve(arena, &used, length * sizeof *s->final);
    s->days = carve(arena, &used, (size_t)s->m->slots_n * sizeof *s->days);
    s->verdicts = carve(arena, &used, VERDICTS * sizeof *s->verdicts);
    s->memos = carve(arena, &used, MEMOS * sizeof *s->memos);
    s->memo_times = carve(arena, &used, MEMOS * length * sizeof *s->memo_times);
    s->memo_late = carve(arena, &used, MEMOS * length * sizeof *s->memo_late);
    s->busy = carve(arena, &used, (size_t)s->m->slots_n * sizeof *s->busy);
    s->marks = carve(arena, &used, tours * sizeof *s->marks);
    s->component = carve(arena, &used, tours * sizeof *s->component);
    s->dirty = carve(arena, &used, tours * sizeof *s->dirty);
    s->stale = carve(arena, &used, tours * sizeof *s->stale);
    s->hosts = carve(arena, &used, tours * sizeof *s->hosts);
    s->meal_at = carve(arena, &used, tours * sizeof *s->meal_at);
    s->meal_visit = carve(arena, &used, tours * sizeof *s->meal_visit);
    s->was = carve(arena, &used, visits * sizeof *s->was);
    s->touched = carve(arena, &used, tours * sizeof *s->touched);
    s->absent = carve(arena, &used, visits * sizeof *s->absent);
    s->key = carve(arena, &used, visits * sizeof *s->key);
    s->wanted = carve(arena, &used, visits * sizeof *s->wanted);
    carve_backup(&s->insertion, arena, &used, tours, workers, length);
    carve_backup(&s->iteration, arena, &used, tours, workers, length);
    s->best_order = carve(arena, &used, tours * length * sizeof *s->best_order);
    s->best_count = carve(arena, &used, tours * sizeof *s->best_count);
    s->best_early = carve(arena, &used, visits * sizeof *s->best_early);
    s->pool_order = carve(arena, &used, (size_t)s->pool_rows * length * sizeof *s->pool_order);
    s->pool_head = carve(arena, &used, (size_t)s->pool_rows * sizeof *s->pool_head);
    return used;
}

static void seed(search *s, uint64_t value) {
    for (int i = 0; i < 4; i++) { /* splitmix64, to spread close seeds apart */
        uint64_t z = value += 0x9e3779b97f4a7c15u;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
        z = (z ^ z >> 27) * 0x94d049bb133111ebu;
        s->random[i] = z ^ z >> 31;
    }
}

/* A search over the model, which must outlive it; NULL without memory. */
handle *search_new(const model *m, uint64_t random_seed) {
    handle *h = calloc(1, sizeof *h);
    if (!h) return NULL;
    h->s.m = m;
    h->s.length = m->scalars->length + 1;
    h->s.pool_rows = POOL_ROWS;
    h->arena = calloc(1, carve_all(&h->s, NULL));
    if (!h->arena) {
        free(h);
        return NULL;
    }
    carve_all(&h->s, h->arena);
    seed(&h->s, random_seed);
    for (int64_t row = 0; row < m->tours_n * m->mixes_n; row++)
        h->s.has_own_meals |= m->breaks[row].own_meal > 0;
    h->s.best_true = INT64_MAX;
    for (int64_t v = 0; v < m->visits_n; v++) h->s.guide[v] = m->visits[v].guide;
    clear(&h->s);
    return h;
}

void search_free(handle *h) {
    if (h) free(h->arena);
    free(h);
}

/* Put every visit where the orders have it, unjudged. False when that cannot be lawful: a visit twice, a full
   tour, a pair, worker or half that the rules do not know. */
static bool put_all(search *s, const int32_t *order, const int64_t *count, int64_t width) {
    const model *m = s->m;
    clear(s);
    for (int64_t tour = 0; tour < m->tours_n; tour++)
        for (int64_t k = 0; k < count[tour]; k++) {
            int64_t visit = order[tour * width + k];
            if (s->tour_of[visit] >= 0 || !(PAIR(tour, visit) & MAY) || !put(s, visit, tour, s->count[tour]))
                return false;
        }
    for (int64_t v = 0; v < m->visits_n; v++)
        if (s->tour_of[v] >= 0 && (lone_half(s, v) || !worker_fits(s, v, m->tours[s->tour_of[v]].worker)))
            return false;
    return true;
}

static bool is_lone(const search *s, int64_t visit) { return s->tour_of[visit] >= 0 && lone_half(s, visit); }

/* Put what is lawful of the orders, visit by visit: each into its tour, halves together into theirs. */
static void put_what_fits(search *s, const int32_t *order, const int64_t *count, int64_t width) {
    const model *m = s->m;
    int64_t *given = s->absent; /* the tour each visit was given to */
    clear(s);
    for (int64_t v = 0; v < m->visits_n; v++) given[v] = -1;
    for (int64_t tour = 0; tour < m->tours_n; tour++)
        for (int64_t k = 0; k < count[tour]; k++) given[order[tour * width + k]] = tour;
    for (int64_t tour = 0; tour < m->tours_n; tour++)
        for (int64_t k = 0; k < count[tour]; k++) {
            int64_t visit = order[tour * width + k];
            if (s->tour_of[visit] >= 0) continue;
            int64_t r = partner_wanted(s, visit), half = r < 0 ? visit : m->links[r].other,
                    other = r < 0 ? -1 : given[half], tours[2] = {tour, other};
            open_backup(&s->iteration);
            insert(s, visit, tours, other < 0 || other == tour ? 1 : 2, 0.0);
            if (is_lone(s, visit) || is_lone(s, half))
                restore(s, &s->iteration); /* the other half, or a third that it goes with, found no place */
        }
}

/* Put the orders whole, tied visits starting no earlier than in `starts` where that is given. False when that
   is not lawful. */
static bool put_whole(search *s, const int32_t *order, const int64_t *count, int64_t width,
                      const tick *starts) {
    const model *m = s->m;
    bool known = put_all(s, order, count, width);
    start_component(s);
    for (int64_t tour = 0; tour < m->tours_n; tour++) join(s, tour);
    if (!known || !starts) return known && judge(s);
    for (int64_t v = 0; v < m->visits_n; v++)
        if (s->tour_of[v] >= 0 && is_tied(s, v)) s->early[v] = starts[v];
    for (int64_t tour = 0; s->has_own_meals && tour < m->tours_n; tour++) place_meal(s, tour);
    return judge_growth(s);
}

/* Replace the plan by the given orders: whole if lawful (returns 1), else what is lawful of them (returns 0).
   `order` is (tours, width). `starts` of the visits, NULL for unknown, tell a plan that was found from its
   orders where a wait for somebody is the break that a tour owes: starts that only rise from nothing may pass
   its times by. */
bool search_load(handle *h, const int32_t *order, const int64_t *count, int64_t width, const tick *starts) {
    search *s = &h->s;
    bool lawful =
        put_whole(s, order, count, width, NULL) || (starts && put_whole(s, order, count, width, starts));
    if (!lawful) put_what_fits(s, order, count, width);
    keep_best(s);
    return lawful;
}

/* Let the search count this for leaving each visit out, and look for none that it counts as nothing. */
void search_guide(handle *h, const int64_t *guide) {
    search *s = &h->s;
    s->sum_guide = 0;
    for (int64_t v = 0; v < s->m->visits_n; v++) {
        s->guide[v] = guide[v];
        if (s->tour_of[v] < 0) s->sum_guide += guide[v];
    }
}

void search_construct(handle *h) { construct(&h->s); }

/* Cover what one lawful insertion into the present plan still can. Returns how many insertions that took, -1
   without memory. */
int64_t search_complete(handle *h) { return complete(&h->s); }

/* Forget the best plan found so far, so that the present one counts as best. */
void search_reset_best(handle *h) {
    h->s.best_true = INT64_MAX;
    keep_best(&h->s);
}

/* Run iterations while the temperature falls geometrically from `hot` to `cold`; `done` to `goal` is the
   share of the whole schedule that this call covers. */
void search_anneal(handle *h, int64_t iterations, double hot, double cold, double done, double goal) {
    if (h->s.m->visits_n == 0 || h->s.m->tours_n == 0) return;
    h->s.recalls = true;
    for (int64_t i = 0; i < iterations; i++) {
        double share = done + (goal - done) * (double)i / (double)iterations;
        h->s.smooth = 1.0 - (1.0 - LEAST_SMOOTH) * share;
        iterate(&h->s, hot * pow(cold / hot, share));
    }
    h->s.recalls = false;
}

/* The best plan (`best`) or the present one; order is (tours, width >= length). */
void search_plan(const handle *h, bool best, int32_t *order, int64_t *count, int64_t width) {
    const search *s = &h->s;
    for (int64_t tour = 0; tour < s->m->tours_n; tour++) {
        count[tour] = best ? s->best_count[tour] : s->count[tour];
        const int32_t *row = (best ? s->best_order : s->order) + tour * s->length;
        memcpy(order + tour * width, row, (size_t)count[tour] * sizeof *row);
    }
}

/* Costs and counters; `best` and `covered` are of the best plan, `present` and `guide` of the present one. */
void search_facts(const handle *h, struct facts *found) {
    const search *s = &h->s;
    *found = (struct facts){
        .best = s->best_true,
        .present = true_total(s),
        .guide = guide_total(s),
        .iterations = s->iterations,
        .improvements = s->improvements,
        .pooled = s->pooled,
    };
    for (int64_t tour = 0; tour < s->m->tours_n; tour++) found->covered += s->best_count[tour];
}

/* Copy up to `most` of the remembered columns: visits (rows, width) and heads. Returns how many. Another
   thread may remember more meanwhile: a row it overwrites just then is a mixture, which the reader has to
   cost again anyway. */
int64_t search_pool(const handle *h, int32_t *order, struct pooled *heads, int64_t width, int64_t most) {
    const search *s = &h->s;
    int64_t rows = s->pooled < s->pool_rows ? s->pooled : s->pool_rows;
    if (rows > most) rows = most;
    for (int64_t row = 0; row < rows; row++) {
        heads[row] = s->pool_head[row];
        memcpy(order + row * width, s->pool_order + row * s->length,
               (size_t)heads[row].length * sizeof *order);
    }
    return rows;
}

/* Measures of a tour of the present plan. */
void search_measures(const handle *h, int64_t tour, struct measures *measures) {
    *measures = h->s.measures[tour];
}

/* Earliest start of each visit in the best plan; -FAR of those it leaves out. */
void search_starts(const handle *h, tick *starts) {
    memcpy(starts, h->s.best_early, (size_t)h->s.m->visits_n * sizeof *starts);
}

/* Earliest and latest start of each visit in the present plan, the others' orders as they are; -FAR of those
   it leaves out. */
void search_spans(const handle *h, tick *early, tick *late) {
    const search *s = &h->s;
    for (int64_t v = 0; v < s->m->visits_n; v++) {
        early[v] = s->tour_of[v] >= 0 ? s->early[v] : -FAR;
        late[v] = s->tour_of[v] >= 0 ? s->late[v] : -FAR;
    }
}

/* Whether the visit can be put into the tour at the position, lawfully, the rest of the order unchanged; the
   change of the plan's true cost goes to `change`. The plan is left as it was. */
bool search_try(handle *h, int64_t visit, int64_t tour, int64_t position, int64_t *change) {
    search *s = &h->s;
    const model *m = s->m;
    int64_t before = true_total(s);
    option one = {0, 0, tour, position, 0, 0};
    open_backup(&s->iteration);
    open_backup(&s->insertion);
    start_component(s);
    join(s, one.tour);
    close_component(s);
    keep_component(s, 0);
    bool lawful = worker_fits(s, visit, m->tours[tour].worker) && put(s, visit, tour, position);
    if (lawful) {
        join_ties(s, visit);
        lawful = judge(s);
    }
    *change = true_total(s) - before;
    restore(s, &s->insertion);
    return lawful;
}

/* Every plan that could be cheaper than the best one. Returns whether all were looked at within `nodes`
   decisions: then the best one is the best there is. The present plan is nothing afterwards. -1 without
   memory. */
static int enumerate(enumeration *e) {
    search *s = e->s;
    int64_t *least = calloc((size_t)s->m->tours_n + 1, sizeof *least);
    if (!least) return -1;
    clear(s);
    bool whole = decide(e, 0, 0, 0, least);
    clear(s);
    free(least);
    return whole;
}

/* Look at every plan that could be cheaper than the best one, within so many decisions. 1: the best one is
   the best there is, and is the present one no more; 0: too many; -1: no memory. Args: ticks, roads: least
   travel and leg costs, detours allowed, shaped as the model's; sequence: the visits in the order in which
   they are decided. */
int64_t search_enumerate(handle *h, const int32_t *ticks, const int64_t *roads, const int64_t *sequence,
                         int64_t nodes) {
    enumeration e = {&h->s, ticks, roads, sequence, nodes, 0};
    return enumerate(&e);
}
