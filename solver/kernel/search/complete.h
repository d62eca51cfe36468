/* The last pass. */
#ifndef BRIGADE_COMPLETE_H
#define BRIGADE_COMPLETE_H
#include "../model.h"

SHARED int64_t complete(search *s);
#endif
