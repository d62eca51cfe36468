/* Timings looked up where the same tour was timed in the same order before: search tries the same orders
   again and again. */
#include <stddef.h>
#include <string.h>
#include "timing.h"

/* Measures of a tour that the judgement of its day reads; the others stand behind them. */
#define JUDGED (offsetof(struct measures, count) / sizeof(int64_t))

/* A tour as it is to be timed. */
typedef struct {
    digest of;
    bool is_tied;
} timing_key;

/* All that the timing of a tour depends on: its order, the hosts of its day, where its own meal is, and the
   earliest starts that links to covered visits allow. */
static timing_key key_of(const search *s, int64_t tour) {
    const model *m = s->m;
    timing_key found = {with(NO_DIGEST, tour * m->mixes_n + hosts_of_day(s, tour)), false};
    if (s->has_own_meals) found.of = with(found.of, s->meal_at[tour]);
    for (int64_t k = 0; k < s->count[tour]; k++) {
        int64_t visit = ORDER(tour, k);
        found.of = with(found.of, visit);
        if (m->visits[visit].first_link == m->visits[visit].end_link || !is_tied(s, visit)) continue;
        found.of = with(found.of, -1 - link_floor(s, visit));
        found.is_tied = true;
    }
    return found;
}

static int64_t row_of(timing_key key) { return (int64_t)(key.of.one & (MEMOS - 1)); }

/* `make sanitize` also looks whether the digest leaves anything out. */
static void check_timing(search *s, int64_t tour, bool holds, const timed *times) {
#ifdef __SANITIZE_ADDRESS__
    if ((forward_with_meal(s, tour, -FAR) != -2) != holds) __builtin_trap();
    if (holds && memcmp(s->final, times, (size_t)s->count[tour] * sizeof *times)) __builtin_trap();
#else
    (void)s, (void)tour, (void)holds, (void)times;
#endif
}

static void check_measures(search *s, int64_t tour) {
#ifdef __SANITIZE_ADDRESS__
    struct measures known = s->measures[tour];
    measure(s, tour);
    if (memcmp(&known, &s->measures[tour], sizeof known)) __builtin_trap();
#else
    (void)s, (void)tour;
#endif
}

/* Time the tour as early as possible into `final`; false when its order is infeasible. */
SHARED bool time_early(search *s, int64_t tour) {
    int64_t n = s->count[tour];
    if (n == 0 || !s->recalls) return forward_with_meal(s, tour, -FAR) != -2;
    timing_key key = key_of(s, tour);
    timing_memo *memo = &s->memos[row_of(key)];
    timed *times = s->memo_times + row_of(key) * s->length;
    if (!is_same(memo->of, key.of)) {
        memo->of = key.of;
        memo->has_late = memo->is_measured = false;
        memo->holds = forward_with_meal(s, tour, -FAR) != -2;
        if (memo->holds) memcpy(times, s->final, (size_t)n * sizeof *times);
    } else {
        check_timing(s, tour, memo->holds, times);
        if (memo->holds) memcpy(s->final, times, (size_t)n * sizeof *times);
    }
    return memo->holds;
}

/* Whether the memo's starts are those of the tour: a plan that was loaded with its starts may have later
   ones. */
static bool has_starts(const search *s, int64_t tour, const timed *times) {
    for (int64_t k = 0; k < s->count[tour]; k++)
        if (s->early[ORDER(tour, k)] != times[k].start) return false;
    return true;
}

/* Latest starts of a tour timed by `time_early`; true when a linked visit's changed. */
SHARED bool time_late(search *s, int64_t tour) {
    const model *m = s->m;
    if (!s->recalls) return backward(s, tour);
    timing_key key = key_of(s, tour);
    timing_memo *memo = &s->memos[row_of(key)];
    tick *late = s->memo_late + row_of(key) * s->length;
    if (key.is_tied || !is_same(memo->of, key.of) || !memo->holds) return backward(s, tour);
    bool moved = false;
    if (!memo->has_late) {
        moved = backward(s, tour);
        for (int64_t k = 0; k < s->count[tour]; k++) late[k] = s->late[ORDER(tour, k)];
        memo->has_late = true;
        return moved;
    }
    for (int64_t k = 0; k < s->count[tour]; k++) {
        int64_t visit = ORDER(tour, k);
        if (s->late[visit] == late[k]) continue;
        s->late[visit] = late[k];
        moved |= m->visits[visit].first_link < m->visits[visit].end_link;
    }
    return moved;
}

static digest judged_of(const struct measures *measures) {
    const int64_t *values = (const int64_t *)measures;
    digest found = NO_DIGEST;
    for (size_t c = 0; c < JUDGED; c++) found = with(found, values[c]);
    return found;
}

/* Measure a tour timed by `time_early`. */
SHARED void time_measures(search *s, int64_t tour) {
    if (!s->recalls) {
        measure(s, tour);
        s->judged[tour] = judged_of(&s->measures[tour]);
        return;
    }
    timing_key key = key_of(s, tour);
    timing_memo *memo = &s->memos[row_of(key)];
    bool is_known = s->count[tour] > 0 && is_same(memo->of, key.of) && memo->holds &&
                    has_starts(s, tour, s->memo_times + row_of(key) * s->length);
    if (is_known && memo->is_measured) {
        s->measures[tour] = memo->measures;
        s->judged[tour] = memo->judged;
        check_measures(s, tour);
        return;
    }
    measure(s, tour);
    s->judged[tour] = judged_of(&s->measures[tour]);
    if (!is_known) return;
    memo->measures = s->measures[tour];
    memo->judged = s->judged[tour];
    memo->is_measured = true;
}
