/* span.c - where a span ends. */
#include "core/exec/span.h"

/* Steps that a recovery may have to ask the kernel about. The more links go at once, the less each of them costs. */
#define SPAN_MAX     128
#define REMOVING_MAX 4096

enum part { PART_ANY, PART_SETTING, PART_MAKING, PART_MOVING, PART_REMOVING, PART_ALONE };

static enum part part_of(const struct step *s)
{
        switch (s->op) {
        case STEP_JAIL_ADD:
        case STEP_LINK_ADD: return PART_MAKING;
        case STEP_LINK_MOVE: return PART_MOVING;
        case STEP_JAIL_DEL:
        case STEP_LINK_DEL: return PART_REMOVING;
        case STEP_JAIL_RENAME:
        case STEP_LINK_RENAME: return PART_ALONE;
        default: return step_about(s->op) == ABOUT_RECORD ? PART_ANY : PART_SETTING;
        }
}

/* Settings go with what is made and what is moved. */
static bool fits(enum part span, enum part next)
{
        if (span == PART_ALONE || next == PART_ALONE)
                return false;
        if (next == PART_ANY || span == PART_ANY || span == next)
                return true;
        if (next == PART_SETTING)
                return span != PART_REMOVING;
        return span == PART_SETTING && next != PART_REMOVING;
}

/* By its index it can be told from all others, until it has another. */
static bool is_moved_once(const struct plan *p, size_t first, size_t index)
{
        const struct target *t = &p->steps[index].at;

        for (size_t i = first; t->ifindex && i < index; i++) {
                const struct step *s = &p->steps[i];

                if (s->op == STEP_LINK_MOVE && s->at.cookie == t->cookie && s->at.ifindex == t->ifindex)
                        return false;
        }
        return t->ifindex != 0;
}

static enum part joined(enum part span, enum part next)
{
        return next == PART_ANY || (next == PART_SETTING && span != PART_ANY) ? span : next;
}

size_t span_length(const struct plan *p, size_t first)
{
        enum part span = part_of(&p->steps[first]);
        size_t end = first + 1;

        if (span == PART_MOVING && !is_moved_once(p, first, first))
                return 1;
        for (; end < p->step_count && p->steps[end].state != STEP_DONE; end++) {
                if (end - first >= (span == PART_REMOVING ? REMOVING_MAX : SPAN_MAX))
                        break;

                enum part next = part_of(&p->steps[end]);

                if (!fits(span, next) || (next == PART_MOVING && !is_moved_once(p, first, end)))
                        break;
                span = joined(span, next);
        }
        return end - first;
}

enum span_kind span_kind(const struct plan *p, size_t first, size_t count)
{
        enum part span = PART_ANY;

        for (size_t i = first; i < first + count; i++)
                span = joined(span, part_of(&p->steps[i]));
        switch (span) {
        case PART_MOVING: return SPAN_MOVING;
        case PART_REMOVING: return SPAN_REMOVING;
        case PART_ALONE: return SPAN_ALONE;
        default: return SPAN_MAKING;
        }
}
