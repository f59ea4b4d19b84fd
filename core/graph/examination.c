/* examination.c - keeps what the doctor asked for, and finds it by stack and interface. */
#include "core/graph/examination.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"

struct examination *examination_new(void)
{
        return xcalloc(1, sizeof(struct examination));
}

void examination_free(struct examination *x)
{
        if (!x)
                return;
        free(x->stacks);
        free(x->devices);
        free(x->redirects);
        free(x->vlans);
        free(x->silences);
        free(x->claims);
        free(x->lost);
        free(x->drift);
        arena_done(&x->arena);
        free(x);
}

void examination_freep(struct examination **x)
{
        examination_free(*x);
}

static int compare_id(struct iface_id a, struct iface_id b)
{
        if (a.cookie != b.cookie)
                return a.cookie > b.cookie ? 1 : -1;
        return (a.ifindex > b.ifindex) - (a.ifindex < b.ifindex);
}

/* Each of these begins with its id. */
static int compare_head(const void *a, const void *b)
{
        struct iface_id x, y;

        memcpy(&x, a, sizeof(x));
        memcpy(&y, b, sizeof(y));
        return compare_id(x, y);
}

static int compare_stack(const void *a, const void *b)
{
        const struct exam_stack *x = a, *y = b;

        return (x->cookie > y->cookie) - (x->cookie < y->cookie);
}

void examination_add_lost(struct examination *x, const struct exam_lost *lost)
{
        for (size_t k = 0; k < x->lost_count; k++) {
                const struct exam_lost *l = &x->lost[k];

                if (compare_id(l->id, lost->id) == 0 && prefix_equal(&l->address, &lost->address) &&
                    prefix_equal(&l->destination, &lost->destination))
                        return;
        }
        size_t at = 0; /* a route's gateway is found by an address: they come first */

        while (at < x->lost_count && (!lost->address.family || x->lost[at].address.family))
                at++;
        x->lost = array_grow(x->lost, &x->lost_capacity, x->lost_count, sizeof(*x->lost));
        memmove(&x->lost[at + 1], &x->lost[at], (x->lost_count - at) * sizeof(*x->lost));
        x->lost[at] = *lost;
        x->lost_count++;
}

struct exam_device *examination_add_device(struct examination *x, struct iface_id id)
{
        struct exam_device *d;

        x->devices = array_grow(x->devices, &x->device_capacity, x->device_count, sizeof(*x->devices));
        d = &x->devices[x->device_count++];
        *d = (struct exam_device){
                .id = id,
                .forwarding = -1,
                .reverse_path = -1,
                .proxies = -1,
                .is_address_set = -1,
        };
        return d;
}

static void merge(int8_t *to, int8_t from)
{
        if (from >= 0)
                *to = from;
}

/* What each question brought of a device stands in a row of its own. */
static void merge_devices(struct examination *x)
{
        size_t kept = 0;

        for (size_t k = 0; k < x->device_count; k++) {
                const struct exam_device *from = &x->devices[k];
                struct exam_device *to = kept ? &x->devices[kept - 1] : NULL;

                if (!to || compare_id(to->id, from->id) != 0) {
                        x->devices[kept++] = *from;
                        continue;
                }
                merge(&to->forwarding, from->forwarding);
                merge(&to->reverse_path, from->reverse_path);
                merge(&to->proxies, from->proxies);
                merge(&to->is_address_set, from->is_address_set);
        }
        x->device_count = kept;
}

static void sort(void *items, size_t count, size_t size, int (*compare)(const void *, const void *))
{
        if (count)
                qsort(items, count, size, compare);
}

void examination_sort(struct examination *x)
{
        sort(x->stacks, x->stack_count, sizeof(*x->stacks), compare_stack);
        sort(x->devices, x->device_count, sizeof(*x->devices), compare_head);
        merge_devices(x);
        sort(x->vlans, x->vlan_count, sizeof(*x->vlans), compare_head);
        sort(x->silences, x->silence_count, sizeof(*x->silences), compare_head);
        sort(x->claims, x->claim_count, sizeof(*x->claims), compare_head);
}

const struct exam_stack *examination_stack(const struct examination *x, uint64_t cookie)
{
        const struct exam_stack key = {.cookie = cookie};

        return x->stack_count ? bsearch(&key, x->stacks, x->stack_count, sizeof(key), compare_stack) : NULL;
}

const struct exam_device *examination_device(const struct examination *x, struct iface_id id)
{
        return x->device_count ? bsearch(&id, x->devices, x->device_count, sizeof(*x->devices), compare_head) : NULL;
}

/* The run of rows with that id: where it begins, and how long it is. */
static size_t find_run(const void *items, size_t count, size_t size, struct iface_id id, size_t *ret_first)
{
        size_t low = 0, high = count, end;

        while (low < high) {
                size_t middle = low + (high - low) / 2;

                if (compare_head((const char *)items + middle * size, &id) < 0)
                        low = middle + 1;
                else
                        high = middle;
        }
        for (end = low; end < count && compare_head((const char *)items + end * size, &id) == 0;)
                end++;
        *ret_first = low;
        return end - low;
}

size_t examination_vlans(const struct examination *x, struct iface_id id, const struct exam_vlan **ret)
{
        size_t first = 0, count = find_run(x->vlans, x->vlan_count, sizeof(*x->vlans), id, &first);

        *ret = count ? &x->vlans[first] : NULL;
        return count;
}

size_t examination_claims(const struct examination *x, struct iface_id id, const struct exam_claim **ret)
{
        size_t first = 0, count = find_run(x->claims, x->claim_count, sizeof(*x->claims), id, &first);

        *ret = count ? &x->claims[first] : NULL;
        return count;
}

bool examination_is_silent(const struct examination *x, struct iface_id id, const struct prefix *address)
{
        size_t first = 0, count = find_run(x->silences, x->silence_count, sizeof(*x->silences), id, &first);

        for (size_t k = first; k < first + count; k++)
                if (prefix_equal(&x->silences[k].address, address))
                        return true;
        return false;
}
