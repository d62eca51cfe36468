/* Changing a state, judging it and taking it back. */
#ifndef BRIGADE_MOVES_H
#define BRIGADE_MOVES_H
#include "../model.h"

/* Largest amounts over the tours, and the sums of their eighth powers. */
typedef struct {
    tick late, wait, idle;
    double lates, waits, idles;
} extremes;

SHARED void release(search *s, int64_t visit);
SHARED void clear(search *s);
SHARED void open_backup(backup *b);
SHARED void back_up(const search *s, backup *b, int64_t tour);
SHARED void restore(search *s, const backup *b);
SHARED void start_component(search *s);
SHARED void join(search *s, int64_t tour);
SHARED void join_day(search *s, int64_t tour);
SHARED void close_component(search *s);
SHARED void set_dirty(search *s, bool value);
SHARED bool settle(search *s);
SHARED bool may_meet(const model *m, int64_t r, int64_t visit, int64_t worker, int64_t partner);
SHARED bool worker_fits(const search *s, int64_t visit, int64_t worker);
SHARED bool ends_hold(const search *s, int64_t tour);
SHARED bool measure_stale(search *s);
SHARED bool judge(search *s);
SHARED bool put(search *s, int64_t visit, int64_t tour, int64_t position);
SHARED void take(search *s, int64_t visit);
SHARED tick idle_of(const search *s, int64_t tour);
SHARED double eighth_power(double x);
SHARED double eighth_root(double x);
SHARED extremes extremes_of(const search *s, bool powers);
SHARED int64_t guide_total(const search *s);
SHARED int64_t true_total(const search *s);
SHARED bool lone_half(const search *s, int64_t visit);
#endif
