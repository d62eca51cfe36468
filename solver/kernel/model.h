/* The model as the kernel sees it, in the records of interface.h (made from Python, so that both languages
   read one vocabulary), and the state a search changes. */
#ifndef BRIGADE_MODEL_H
#define BRIGADE_MODEL_H
#include <stdbool.h>
#include <stdint.h>
#include "interface.h" /* made by header.py: constants, enumerations, records, the model, prototypes */

/* What one source offers the others: static in the library, which is one translation unit (kernel.c), so that
   the compiler inlines as it sees fit; external where a source is compiled alone, as editors and analysers
   do. */
#ifndef SHARED
#define SHARED
#endif

typedef int64_t tick;

#define PAIR(t, v) (m->pairs[(t) * m->visits_n + (v)])
/* Ticks that this worker is at the visit. */
#define SERVICE(w, v) ((tick)m->service[(w) * m->visits_n + (v)])
/* What of it is work. */
#define COUNTED(w, v) ((tick)m->counted[(w) * m->visits_n + (v)])
#define PAIR_PRICE(t, v) (m->pair_cost[(t) * m->visits_n + (v)])
#define TRAVEL(p, i, j) ((tick)m->travel[((p) * m->sites_n + (i)) * m->sites_n + (j)])
#define METRES(o, i, j) (m->metres[((o) * m->sites_n + (i)) * m->sites_n + (j)])
#define LEG_COST(p, i, j) (m->leg_cost[((p) * m->sites_n + (i)) * m->sites_n + (j)])
/* Mixes of hosts (solver/primitives/host_mixes.py): that of one visit's host for a worker, and that of two
   mixes together. */
#define HOST_MIX(w, v) (m->host_mix[m->workers[w].kind * m->classes_n + m->visits[v].host])
#define JOIN_MIX(w, a, b) (m->mix_join[(m->workers[w].kind * m->mixes_n + (a)) * m->mixes_n + (b)])

/* A stop of a tour while it is being timed. */
typedef struct {
    tick start, pause, arrival;
} timed;

/* 128 bits that tell apart what they were made of. */
typedef struct {
    uint64_t one, other;
} digest;

/* What timing found of a tour in one order, `of` being made of all that it depends on. Its starts are a row
   of `memo_times`, its latest starts one of `memo_late`. */
typedef struct {
    digest of, judged;
    bool holds, has_late, is_measured;
    struct measures measures;
} timing_memo;

#define MEMOS (1 << 12) /* a power of two */

/* One backup: the tours as they were when it was opened, each copied at its first change. */
typedef struct {
    int64_t stamp, size;
    int64_t *list, *in, *count, *worker_cost, *meal_at, *meal_visit;
    struct measures *measures;
    digest *judged;
    int32_t *order;
    timed *times; /* start = early, arrival = late */
} backup;

/* What a worker does on one day: of her duty days, and of local dates (`date_`). */
typedef struct {
    int64_t of[DAY_MEASURES]; /* what limits speak of */
    tick start, end, night;
    int64_t is_worked, tours, hosts, capped, presences, is_night, is_fragile, first_tour, last_tour;
    int64_t date_is_worked, date_tours, date_hosts;
} duty_day;

typedef struct {
    int64_t cost, late, tour, position; /* late: the part of the cost that hangs on the start */
    tick from, until;
} option;

/* What came of judging a worker's days, and a digest of what they hold. */
typedef struct {
    digest of;
    int64_t cost;
} verdict;

#define VERDICTS (1 << 14) /* a power of two */

/* Everything a search changes. Rows of `order` are `length` wide and hold visits up to `count`. */
typedef struct {
    const model *m;
    uint64_t random[4];
    int64_t length;
    int32_t *order;
    int64_t *count, *tour_of;
    tick *early, *late, *pause;
    struct measures *measures;
    digest *judged; /* of those measures of each tour that the judgement of its day reads */
    int64_t *worker_cost, *uncovered_of;
    int64_t *guide; /* what the search counts for leaving each visit out; 0: it is not looked for */
    int64_t sum_true, sum_guide, sum_soft, sum_provider;
    double smooth; /* share of a norm in the guide's stand-in for largest amounts */
    double idles;  /* sum of the eighth powers of idle times when an insertion is sought */
    /* scratch */
    timed *final;
    duty_day *days;
    verdict *verdicts;
    bool recalls; /* timings: only while it anneals, as trials change windows and tours between two calls */
    timing_memo *memos;
    timed *memo_times;
    tick *memo_late;
    int64_t *busy, busy_size; /* the days that are not empty, in order */
    int64_t *marks, *component, mark, component_size;
    bool *dirty, *stale; /* tours to time again, and to measure again */
    tick *was;
    int64_t *hosts; /* the mix of hosts met in each tour, -1 where it is not known */
    int64_t *meal_at,
        *meal_visit; /* position of the own meal, -1 for none; the visit it comes before, -2 for home */
    bool alone, has_own_meals;
    int64_t *touched, touched_size, *absent, absent_size;
    double *key;
    bool *wanted;
    backup insertion, iteration;
    /* what the search remembers */
    int64_t best_true, best_soft, iterations, improvements;
    int32_t *best_order;
    tick *best_early;
    int64_t *best_count;
    int64_t pool_rows, pooled;
    int32_t *pool_order;
    struct pooled *pool_head;
} search;

/* What Python holds of a search. */
struct handle {
    search s;
    char *arena;
};

#define ORDER(t, k) (s->order[(t) * s->length + (k)])

/* One more number of a digest (multiplier and finish of splitmix64). */
static inline uint64_t mixed(uint64_t sum, int64_t value) {
    sum = (sum ^ (uint64_t)value) * 0xbf58476d1ce4e5b9u;
    return sum ^ sum >> 29;
}

/* The halves must differ: from other seeds, and the second one of other numbers. */
static inline digest with(digest sum, int64_t value) {
    return (digest){mixed(sum.one, value), mixed(sum.other, value + 0x5bd1e995)};
}

static inline bool is_same(digest a, digest b) { return a.one == b.one && a.other == b.other; }

#define NO_DIGEST ((digest){0x9e3779b97f4a7c15u, 0x94d049bb133111ebu})

static inline tick later(tick a, tick b) { return a > b ? a : b; }
static inline tick sooner(tick a, tick b) { return a < b ? a : b; }
#endif
