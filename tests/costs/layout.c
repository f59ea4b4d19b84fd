/* layout.c - lays out a written network of 1000 jails, whole and then once more: test_costs.sh counts instructions. */
#include "tests/lib/topo.h"
#include "ui/tui/layout/layout.h"

int main(void)
{
        CLEANUP(graph_unrefp) const struct graph *g = topo_many(1000);
        struct layout_options o = {.level = LAYOUT_FULL, .columns = 160, .rows = 50};
        CLEANUP(layout_freep) struct layout *whole = layout_build(g, &o, NULL);
        CLEANUP(layout_freep) struct layout *again = layout_build(g, &o, whole);

        return again ? 0 : 1;
}
