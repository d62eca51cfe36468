/* Breaks and meals as pricing knows them. */
#ifndef BRIGADE_PAUSES_H
#define BRIGADE_PAUSES_H
#include "../model.h"

/* The pauses that a tour owes whatever its hosts; lengths of 0: none. */
typedef struct {
    tick own, own_from, own_to; /* the availability's meal: first and last begin */
    tick meal, meal_from, meal_to, before,
        after;       /* the meal break; due when begun before the one and over after the other */
    tick rest, most; /* the rest break, and the work without it */
} pauses;

/* Where a tour stands at a stop: its start, the work since the last break up to its end (0 when no break can
   be due any more), and what is no longer owed. */
typedef struct {
    tick start, work;
    bool fed, rested;
} standing;

/* How a stop may be come to: straight on, after a rest, after the meal, or after a rest with the meal in
   it. */
enum { STRAIGHT, RESTED, FED, BOTH, WAYS };

SHARED pauses pauses_of(const model *m, int64_t tour);
SHARED bool rests_longer(const pauses *owed);
SHARED bool serve(const model *m, int64_t tour, const pauses *owed, const standing *before, tick left,
                  tick leg, int64_t visit, int way, standing *then);
SHARED bool may_end(const model *m, int64_t tour, const pauses *owed, const standing *at, int64_t visit,
                    tick back);
SHARED bool owes_no_more(const standing *one, const standing *other);
SHARED bool owes_about(const standing *one, const standing *other, tick slack);
#endif
