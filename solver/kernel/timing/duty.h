/* A worker's days, judged. */
#ifndef BRIGADE_DUTY_H
#define BRIGADE_DUTY_H
#include "../model.h"

#define BROKEN (-1) /* instead of a cost: a rule breaks */

SHARED int64_t judge_worker(search *s, int64_t worker);
#endif
