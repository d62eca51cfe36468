/* Paths of inclusion: goals of a worker's weeks. */
#ifndef BRIGADE_PATHS_H
#define BRIGADE_PATHS_H
#include "../model.h"

SHARED int64_t paths_cost(const search *s);
SHARED int64_t path_change(const search *s, int64_t visit, int64_t tour);
#endif
