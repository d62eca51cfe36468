/* Putting a visit where it fits best. */
#ifndef BRIGADE_INSERTION_H
#define BRIGADE_INSERTION_H
#include "../model.h"

SHARED void keep_component(search *s, int64_t first);
SHARED void join_ties(search *s, int64_t visit);
SHARED bool judge_growth(search *s);
SHARED int64_t partner_wanted(const search *s, int64_t visit);
SHARED bool insert(search *s, int64_t visit, const int64_t *tours, int64_t count, double blink);
#endif
