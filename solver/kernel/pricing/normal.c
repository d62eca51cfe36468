/* The normal matrix of the master's interior point: sum over columns of weight x (column) (column)', columns
   of ones. */
#include <string.h>
#include "../interface.h"

/* `start` has columns + 1 entries into `rows`; row numbers ascend within a column. Writes the lower triangle
   of the (size, size) row-major `out`, to which `diagonal` is added. */
void normal_matrix(int64_t columns, const int64_t *start, const int32_t *rows, const double *weight,
                   const double *diagonal, int64_t size, double *out) {
    memset(out, 0, (size_t)(size * size) * sizeof *out);
    for (int64_t c = 0; c < columns; c++)
        for (int64_t p = start[c]; p < start[c + 1]; p++)
            for (int64_t q = start[c]; q <= p; q++) out[rows[p] * size + rows[q]] += weight[c];
    for (int64_t i = 0; i < size; i++) out[i * size + i] += diagonal[i];
}
