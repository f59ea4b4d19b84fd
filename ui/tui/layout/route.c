/*
 * route.c - edges in the channels between the columns.
 *
 * Links that run together are a net; a net has pins, the ends of rows at the channel's left and right side. A net whose
 * pins are all level is a straight line; any other gets an upright track of its own. Two rules keep lines apart: tracks
 * whose spans touch lie side by side, and where one net has a pin at the left and another at the right of the same
 * line, the first one's track lies left of the second's. Rules that go in a circle are broken by giving a net two
 * tracks, joined on a line where no pin is.
 */
#include <assert.h>
#include <stdlib.h>

#include "core/base/alloc.h"
#include "ui/tui/layout/draft.h"

struct net {
        uint64_t key;
        int low, high;  /* what its upright part spans */
        int first_left; /* for the order of tracks */
        int old_track;  /* -1 */
        int track;      /* -1: straight */
        int joined_to;  /* the net that is its second half; -1 */
        int joined_at;  /* on this line */
        bool is_straight;
        bool is_half;
        size_t waits_for; /* nets that must lie left of it */
};

struct pin {
        int y;
        int net;
        bool is_right;
};

struct channel {
        struct draft *d;
        int index;
        struct net *nets;
        size_t net_count, net_capacity;
        struct pin *pins;
        size_t pin_count, pin_capacity;
        int *net_of; /* by link, in the order that it came in */
        size_t link_count;
        int track_count;
        int bottom; /* lowest line used */
};

int draft_channel(const struct draft *d, const struct draft_link *l)
{
        int a = d->boxes[d->rows[l->rows[0]].box].column, b = d->boxes[d->rows[l->rows[1]].box].column;

        return a < b ? a : b;
}

/* Whether that end of the link is at the channel's left side. Links within a column use the channel to the right. */
bool draft_is_left_pin(const struct draft *d, const struct draft_link *l, int end)
{
        return d->boxes[d->rows[l->rows[end]].box].column == draft_channel(d, l);
}

/* A link of a channel, by its net. */
struct strand {
        uint64_t net;
        size_t link;
};

static int compare_strands(const void *a, const void *b)
{
        const struct strand *x = a, *y = b;

        if (x->net != y->net)
                return x->net < y->net ? -1 : 1;
        return x->link < y->link ? -1 : x->link > y->link;
}

static void add_pin(struct channel *c, int net, int y, bool is_right)
{
        struct net *n = &c->nets[net];

        c->pins = array_grow(c->pins, &c->pin_capacity, c->pin_count, sizeof(*c->pins));
        c->pins[c->pin_count++] = (struct pin){y, net, is_right};
        if (y < n->low)
                n->low = y;
        if (y > n->high)
                n->high = y;
        if (!is_right && y < n->first_left)
                n->first_left = y;
}

static int add_net(struct channel *c, uint64_t key)
{
        int column = -1;

        c->nets = array_grow(c->nets, &c->net_capacity, c->net_count, sizeof(*c->nets));
        c->nets[c->net_count] = (struct net){.key = key,
                                             .low = INT32_MAX,
                                             .high = INT32_MIN,
                                             .first_left = INT32_MAX,
                                             .track = -1,
                                             .joined_to = -1,
                                             .old_track = -1};

        int y = draft_remembered(c->d, draft_key(KEY_NET, key, (uint64_t)c->index + 16), &column);

        if (y != DRAFT_UNKNOWN)
                c->nets[c->net_count].old_track = y;
        return (int)c->net_count++;
}

/* Nets and pins from the links of this channel, which are sorted by net. */
static void collect(struct channel *c, const struct strand *strands, size_t count)
{
        int net = -1;

        for (size_t i = 0; i < count; i++) {
                const struct draft_link *l = &c->d->links[strands[i].link];

                if (i == 0 || strands[i].net != strands[i - 1].net)
                        net = add_net(c, strands[i].net);
                c->net_of[i] = net;
                for (int end = 0; end < 2; end++)
                        add_pin(c, net, c->d->rows[l->rows[end]].y, !draft_is_left_pin(c->d, l, end));
        }
        for (size_t n = 0; n < c->net_count; n++)
                c->nets[n].is_straight = c->nets[n].low == c->nets[n].high;
}

static int compare_pins(const void *a, const void *b)
{
        const struct pin *x = a, *y = b;

        if (x->y != y->y)
                return x->y < y->y ? -1 : 1;
        if (x->is_right != y->is_right)
                return x->is_right ? 1 : -1;
        return x->net < y->net ? -1 : x->net > y->net;
}

/* "left lies left of right", from pins of different nets on one line. */
struct rule {
        int left, right;
};

static struct rule *find_rules(struct channel *c, size_t *ret_count)
{
        struct rule *rules = NULL;
        size_t count = 0, capacity = 0;

        if (c->pin_count)
                qsort(c->pins, c->pin_count, sizeof(*c->pins), compare_pins);
        for (size_t i = 0; i < c->net_count; i++)
                c->nets[i].waits_for = 0;
        for (size_t i = 0; i + 1 < c->pin_count; i++) {
                for (size_t k = i + 1; k < c->pin_count && c->pins[k].y == c->pins[i].y; k++) {
                        const struct pin *left = &c->pins[i], *right = &c->pins[k];

                        if (left->is_right == right->is_right || left->net == right->net)
                                continue;
                        if (c->nets[left->net].is_straight || c->nets[right->net].is_straight)
                                continue;
                        rules = array_grow(rules, &capacity, count, sizeof(*rules));
                        rules[count++] = (struct rule){left->net, right->net};
                        c->nets[right->net].waits_for++;
                }
        }
        *ret_count = count;
        return rules;
}

/* For fewer crossings: among lines that go down the lowest lies left, among lines that go up the topmost. */
struct turn {
        bool goes_up;
        int key, net;
};

static int compare_turns(const void *a, const void *b)
{
        const struct turn *x = a, *y = b;

        if (x->goes_up != y->goes_up)
                return x->goes_up ? -1 : 1;
        if (x->key != y->key)
                return x->key < y->key ? -1 : 1;
        return x->net < y->net ? -1 : 1;
}

struct track {
        int *nets;
        size_t count, capacity;
};

static bool track_is_free(const struct channel *c, const struct track *t, const struct net *n)
{
        for (size_t i = 0; i < t->count; i++) {
                const struct net *other = &c->nets[t->nets[i]];

                if (n->low <= other->high && other->low <= n->high)
                        return false;
        }
        return true;
}

struct tracks {
        struct track *all;
        size_t count, capacity;
};

static void put_on_track(struct channel *c, struct tracks *tracks, int net, int from)
{
        struct net *n = &c->nets[net];
        int t = from;

        if (n->old_track >= from &&
            ((size_t)n->old_track >= tracks->count || track_is_free(c, &tracks->all[n->old_track], n)))
                t = n->old_track;
        else
                while ((size_t)t < tracks->count && !track_is_free(c, &tracks->all[t], n))
                        t++;
        while ((size_t)t >= tracks->count) {
                tracks->all = array_grow(tracks->all, &tracks->capacity, tracks->count, sizeof(*tracks->all));
                tracks->all[tracks->count++] = (struct track){0};
        }

        struct track *track = &tracks->all[t];

        track->nets = array_grow(track->nets, &track->capacity, track->count, sizeof(*track->nets));
        track->nets[track->count++] = net;
        n->track = t;
}

/* From a net that waits, back over what it waits for: after as many steps as there are nets that is in a circle. */
static int into_circle(const struct rule *rules, size_t rule_count, const bool *is_done, int net, size_t steps)
{
        for (size_t step = 0; step < steps; step++) {
                for (size_t r = 0; r < rule_count; r++) {
                        if (rules[r].right == net && !is_done[rules[r].left]) {
                                net = rules[r].left;
                                break;
                        }
                }
        }
        return net;
}

/* Gives every bent net a track; returns a net that stands in a circle of rules, or -1 when all have one. */
static int assign_tracks(struct channel *c)
{
        size_t rule_count = 0, count = 0;
        CLEANUP(freep) struct rule *rules = find_rules(c, &rule_count);
        CLEANUP(freep) struct turn *turns = xcalloc(c->net_count + 1, sizeof(*turns));
        CLEANUP(freep) int *from = xcalloc(c->net_count + 1, sizeof(*from));
        CLEANUP(freep) bool *is_done = xcalloc(c->net_count + 1, sizeof(*is_done));
        struct tracks tracks = {0};
        int stuck = -1;

        for (size_t n = 0; n < c->net_count; n++) {
                const struct net *net = &c->nets[n];
                bool goes_up = net->first_left == net->high;

                if (!net->is_straight)
                        turns[count++] = (struct turn){goes_up, goes_up ? net->first_left : -net->first_left, (int)n};
        }
        qsort(turns, count, sizeof(*turns), compare_turns);
        for (size_t done = 0; done < count;) {
                bool moved = false;

                for (size_t i = 0; i < count; i++) {
                        int net = turns[i].net;

                        if (is_done[net] || c->nets[net].waits_for)
                                continue;
                        is_done[net] = moved = true;
                        done++;
                        put_on_track(c, &tracks, net, from[net]);
                        for (size_t r = 0; r < rule_count; r++) {
                                if (rules[r].left != net)
                                        continue;
                                c->nets[rules[r].right].waits_for--;
                                if (from[rules[r].right] <= c->nets[net].track)
                                        from[rules[r].right] = c->nets[net].track + 1;
                        }
                }
                if (moved)
                        continue;
                for (size_t i = 0; i < count && stuck < 0; i++)
                        stuck = is_done[turns[i].net] ? -1 : turns[i].net;
                stuck = into_circle(rules, rule_count, is_done, stuck, count);
                break;
        }
        c->track_count = (int)tracks.count;
        for (size_t t = 0; t < tracks.count; t++)
                free(tracks.all[t].nets);
        free(tracks.all);
        return stuck;
}

static bool line_is_free(const struct channel *c, int y)
{
        for (size_t i = 0; i < c->pin_count; i++) {
                if (c->pins[i].y == y)
                        return false;
        }
        return true;
}

/* Splits a net in two halves, one with the left pins and one with the right pins, joined on a line without pins. */
static void split_net(struct channel *c, int net)
{
        int middle = (c->nets[net].low + c->nets[net].high) / 2, y = middle;

        for (int step = 0; !line_is_free(c, y) || y < 0; step++)
                y = middle + (step % 2 ? -(step / 2 + 1) : step / 2 + 1);

        int half = add_net(c, draft_key(KEY_NET, c->nets[net].key, 1));
        struct net *n = &c->nets[net];

        assert(!n->is_half && n->joined_to < 0); /* halves wait for nobody, or nobody waits for them */
        c->nets[half].is_half = true;
        n->joined_to = half;
        n->joined_at = y;
        n->low = n->first_left = INT32_MAX;
        n->high = INT32_MIN;

        size_t count = c->pin_count;

        c->pin_count = 0;
        for (size_t i = 0; i < count; i++) {
                struct pin p = c->pins[i];

                if (p.net != net) {
                        c->pins[c->pin_count++] = p;
                        continue;
                }
                add_pin(c, p.is_right ? half : net, p.y, p.is_right); /* takes the place it came from, or an earlier */
        }
        /* The join is a pin of both halves that no rule may see: nothing else is on that line. */
        for (int i = 0; i < 2; i++) {
                struct net *part = &c->nets[i ? half : net];

                part->low = y < part->low ? y : part->low;
                part->high = y > part->high ? y : part->high;
        }
        c->pins = array_grow(c->pins, &c->pin_capacity, c->pin_count, sizeof(*c->pins));
        c->pins[c->pin_count++] = (struct pin){y, half, false};
        c->bottom = y > c->bottom ? y : c->bottom;
}

static int spacing(const struct channel *c)
{
        return c->track_count <= 6 ? 2 : 1;
}

/* Columns from the channel's left side to its first track. */
static int before_tracks(const struct draft *d)
{
        return draft_rate_room(d) + draft_plot_room(d) + (d->squeeze > 0 ? 1 : 2);
}

static int channel_width(const struct channel *c)
{
        const struct layout *p = c->d->previous;
        int spare = !p && c->d->squeeze <= 0 ? 1 : 0; /* so that the next edge does not move the columns */
        int tracks = c->track_count + spare;
        int w = before_tracks(c->d) + (tracks ? (tracks - 1) * spacing(c) + 2 : 1);

        if (!c->link_count)
                w = c->index + 1 < c->d->column_count ? 2 : 0;
        if (p && p->squeeze == c->d->squeeze && (size_t)c->index < p->column_count && p->channel_widths[c->index] > w)
                w = p->channel_widths[c->index];
        return w;
}

static void add_point(struct draft_link *l, int x, int y)
{
        struct layout_point *p = l->points;
        size_t n = l->point_count;

        if (n && p[n - 1].x == x && p[n - 1].y == y)
                return;
        /* A point in the middle of a straight piece says nothing. */
        if (n >= 2 && ((p[n - 1].x == x && p[n - 2].x == x) || (p[n - 1].y == y && p[n - 2].y == y)))
                l->point_count--;
        l->points[l->point_count++] = (struct layout_point){x, y};
}

static void draw_link(const struct channel *c, struct draft_link *l, int net, int x0)
{
        const struct draft *d = c->d;
        const struct net *n = &c->nets[net];
        const struct net *half = n->joined_to < 0 ? NULL : &c->nets[n->joined_to];
        bool is_across = draft_is_left_pin(d, l, 0) != draft_is_left_pin(d, l, 1);

        for (int end = 0; end < 2; end++) {
                const struct draft_row *r = &d->rows[l->rows[end]];
                const struct draft_box *b = &d->boxes[r->box];
                bool is_left = draft_is_left_pin(d, l, end);
                int side = is_left ? b->x + b->w - 1 : b->x;
                const struct net *mine = half && !is_left ? half : n, *other = half && is_left ? half : n;
                int x = n->is_straight ? side : x0 + mine->track * spacing(c);

                if (end == 0) {
                        add_point(l, side, r->y);
                        add_point(l, x, r->y);
                        if (half && is_across) {
                                add_point(l, x, n->joined_at);
                                add_point(l, x0 + other->track * spacing(c), n->joined_at);
                        }
                } else {
                        add_point(l, x, r->y);
                        add_point(l, side, r->y);
                }
        }
}

static void channel_done(struct channel *c)
{
        free(c->nets);
        free(c->pins);
        free(c->net_of);
}

/* Routes one channel that begins at x; returns its width. */
static int route_channel(struct draft *d, int index, int x, const struct strand *strands, size_t count)
{
        struct channel c = {.d = d, .index = index, .link_count = count, .bottom = 0};

        c.net_of = xcalloc(count + 1, sizeof(*c.net_of));
        collect(&c, strands, count);
        for (int net = assign_tracks(&c); net >= 0; net = assign_tracks(&c))
                split_net(&c, net);

        int width = channel_width(&c);

        d->channel_w[index] = width;
        if (index + 1 < d->column_count)
                d->column_x[index + 1] = x + width;
        for (size_t b = 0; b < d->box_count; b++) {
                if (d->boxes[b].column == index + 1)
                        d->boxes[b].x = x + width;
        }
        for (size_t i = 0; i < count; i++)
                draw_link(&c, &d->links[strands[i].link], c.net_of[i], x + before_tracks(d));
        for (size_t n = 0; n < c.net_count; n++) {
                struct layout *out = d->out;
                const struct net *net = &c.nets[n];

                if (net->track < 0)
                        continue;
                out->memory[out->memory_count++] = (struct layout_memory){
                        draft_key(KEY_NET, net->key, (uint64_t)index + 16), index, 0, net->track};
        }
        if (c.bottom + 1 > d->out->h)
                d->out->h = c.bottom + 1;
        channel_done(&c);
        return width;
}

void draft_route(struct draft *d)
{
        CLEANUP(freep) struct strand *strands = xcalloc(d->link_count + 1, sizeof(*strands));
        int x = 0;

        for (int c = 0; c < d->column_count; c++) {
                size_t count = 0;

                for (size_t l = 0; l < d->link_count; l++) {
                        if (draft_channel(d, &d->links[l]) == c)
                                strands[count++] = (struct strand){d->links[l].net, l};
                }
                qsort(strands, count, sizeof(*strands), compare_strands);
                x = d->column_x[c] + d->column_w[c];
                x += route_channel(d, c, x, strands, count);
        }
        d->out->w = x;
}
