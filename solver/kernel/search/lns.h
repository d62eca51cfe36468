/* The large neighbourhood search and its random numbers. */
#ifndef BRIGADE_LNS_H
#define BRIGADE_LNS_H
#include "../model.h"

SHARED double random_unit(search *s);
SHARED void sort_by_key(int64_t *items, const double *key, int64_t size);
SHARED void keep_best(search *s);
SHARED void construct(search *s);
SHARED void iterate(search *s, double temperature);
#endif
