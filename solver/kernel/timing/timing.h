/* When a tour's visits may begin, and what a timed tour holds. */
#ifndef BRIGADE_TIMING_H
#define BRIGADE_TIMING_H
#include "../model.h"

SHARED tick earliest(const model *m, int64_t visit, int64_t worker, tick at);
SHARED tick latest(const model *m, int64_t visit, int64_t worker, tick at);
SHARED tick lateness(const model *m, int64_t visit, tick start);
SHARED tick least_lateness(const model *m, int64_t visit, tick from);
SHARED tick link_floor(const search *s, int64_t visit);
SHARED bool is_tied(const search *s, int64_t visit);
SHARED int64_t hosts_of(const search *s, int64_t tour);
SHARED int64_t hosts_of_day(const search *s, int64_t tour);
SHARED const struct breaks *breaks_of(const search *s, int64_t tour);
SHARED int64_t forward_with_meal(search *s, int64_t tour, tick first_floor);
SHARED bool place_meal(search *s, int64_t tour);
SHARED bool keep_early(search *s, int64_t tour);
SHARED bool backward(search *s, int64_t tour);
SHARED void measure(search *s, int64_t tour);
SHARED bool time_early(search *s, int64_t tour);
SHARED bool time_late(search *s, int64_t tour);
SHARED void time_measures(search *s, int64_t tour);
#endif
