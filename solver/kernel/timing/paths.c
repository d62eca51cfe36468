/* What plans miss of the goals of paths: docs/design.md section 12. */
#include "paths.h"

#define CLIENTS (PATH_VISIT - 1) /* the bits of clients */

/* What one week of a path misses with what its tours hold now, and with one more visit of these bits. */
static int64_t path_cost(const search *s, int64_t row, int64_t more, tick service) {
    const model *m = s->m;
    const struct path *path = &m->paths[row];
    const int64_t *bits = m->path_bits + row * m->visits_n;
    int64_t visits = path->visits + !!(more & PATH_VISIT), met = more;
    int64_t essential = path->essential + !!(more & PATH_ESSENTIAL);
    tick work = service;
    int64_t last = m->workers[path->worker].end_tour;
    for (int64_t tour = m->workers[path->worker].first_tour; tour < last; tour++) {
        if (m->tours[tour].slot < path->first || m->tours[tour].slot > path->last) continue;
        work += s->measures[tour].work;
        for (int64_t k = 0; k < s->count[tour]; k++) {
            int64_t of = bits[ORDER(tour, k)];
            visits += !!(of & PATH_VISIT);
            essential += !!(of & PATH_ESSENTIAL);
            met |= of;
        }
    }
    int64_t aimed = (path->percent * visits + 99) / 100;
    int64_t clients = __builtin_popcountll((uint64_t)(met & CLIENTS));
    return m->weights->path_essential * later(0, aimed - essential) +
           m->weights->path_hours * later(0, path->work - work) +
           m->weights->path_clients * later(0, path->clients - clients);
}

/* What all paths miss. */
SHARED int64_t paths_cost(const search *s) {
    int64_t cost = 0;
    for (int64_t row = 0; row < s->m->paths_n; row++) cost += path_cost(s, row, 0, 0);
    return cost;
}

/* What one more visit changes of it, the ways to it aside. */
SHARED int64_t path_change(const search *s, int64_t visit, int64_t tour) {
    const model *m = s->m;
    int64_t worker = m->tours[tour].worker, change = 0;
    for (int64_t row = 0; row < m->paths_n; row++) {
        const struct path *path = &m->paths[row];
        if (path->worker != worker || m->tours[tour].slot < path->first || m->tours[tour].slot > path->last)
            continue;
        int64_t more = m->path_bits[row * m->visits_n + visit];
        change += path_cost(s, row, more, COUNTED(worker, visit)) - path_cost(s, row, 0, 0);
    }
    return change;
}
