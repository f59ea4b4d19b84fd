/*
 * observer_search.c - when to look for namespaces, and what becomes of those that no place shows any more.
 *
 * Names and mounts are looked for at once. A search through the processes takes milliseconds with a hundred of them and
 * a second with some thousands that have many descriptors; it is made in slices, between which events are served, and
 * counts when it is over.
 */
#include "core/base/clock.h"
#include "core/kernel/observer_parts.h"

#define QUICK_PAUSE_MS 10    /* between two searches for names and mounts */
#define SLOW_PAUSE_MS  100   /* between two through the processes, and ten times what the last one took */
#define SLICE_MS       3     /* of one */
#define LOST_MS        50    /* a namespace without a place mostly ends within this time */
#define DEEP_MS        10000 /* descriptors change without any news */
#define DYING_MS       2000  /* holders of what is dying */

#define QUICK_SEARCHES (SEARCH_NAMED | SEARCH_MOUNTS)
#define TASK_SEARCHES  (SEARCH_TASKS | SEARCH_DEEP)

static void search_quickly(struct observer *o, unsigned what)
{
        o->searches &= ~what;
        scan_search(&o->scan, what, o->registry, (what & SEARCH_NAMED) ? &o->is_file_young : NULL);
        o->quick_ms = clock_now_ms();
}

/* -- Through the processes --------------------------------------------------------------------------------------- */

/* Those that are known by their id alone come last: what a place shows is no such one. */
static void end_slow(struct observer *o)
{
        int64_t before = clock_now_ms();

        if (o->tasks) {
                scan_take_tasks(&o->scan, netns_tasks_list(o->tasks), o->slow_searches & SEARCH_DEEP);
                netns_tasks_end(o->tasks);
                o->tasks = NULL;
        }
        scan_search(&o->scan, o->slow_searches & ~(unsigned)TASK_SEARCHES, o->registry, NULL);
        o->slow_ms = clock_now_ms();
        o->slow_cost_ms = o->slow_spent_ms + o->slow_ms - before;
        if (o->slow_searches & TASK_SEARCHES)
                o->processes_ms = o->slow_ms;
        if (o->slow_searches & SEARCH_DEEP) {
                o->deep_ms = o->slow_ms;
                o->deep_begun_ms = o->slow_begun_ms;
        }
}

static void go_on(struct observer *o, int64_t now)
{
        bool is_over = netns_tasks_step(o->tasks, now + SLICE_MS);

        o->slow_spent_ms += clock_now_ms() - now;
        if (is_over)
                end_slow(o);
}

static void begin_slow(struct observer *o, unsigned what, int64_t now)
{
        struct err e = {0};

        o->searches &= ~what;
        o->is_hurried = false;
        o->slow_searches = what;
        o->slow_begun_ms = now;
        o->slow_spent_ms = 0;
        if ((what & TASK_SEARCHES) && netns_tasks_begin(what & SEARCH_DEEP, NULL, &o->tasks, &e) < 0)
                facts_warn(&o->facts, "%s", e.what);
        if (o->tasks)
                go_on(o, now);
        else
                end_slow(o);
}

/* When the wanted searches of that kind may be made. */
static int64_t quick_time(const struct observer *o)
{
        return o->quick_ms + QUICK_PAUSE_MS;
}

static int64_t slow_time(const struct observer *o)
{
        int64_t pause = 10 * o->slow_cost_ms;

        if (o->is_hurried)
                return 0;
        return o->slow_ms + (pause > SLOW_PAUSE_MS ? pause : SLOW_PAUSE_MS);
}

void observer_search(struct observer *o, int64_t now)
{
        unsigned quick = o->searches & QUICK_SEARCHES, slow = o->searches & ~(unsigned)QUICK_SEARCHES;
        bool is_deep_due = o->has_dying && o->options.want_holders && now - o->deep_ms >= DYING_MS;

        if (quick && (o->is_hurried || now >= quick_time(o)))
                search_quickly(o, quick);
        if (o->tasks) {
                go_on(o, now);
                return;
        }
        if (is_deep_due)
                slow |= SEARCH_DEEP;
        if (slow && now >= slow_time(o))
                begin_slow(o, slow, now);
}

static bool is_lost(const struct stack *s)
{
        return s->lost_ms && !s->is_settled;
}

int64_t observer_search_time(const struct observer *o, int64_t now)
{
        int64_t at = INT64_MAX;

        if (o->tasks)
                return now; /* as soon as what has come meanwhile is served */
        if (o->searches & QUICK_SEARCHES)
                at = quick_time(o);
        if ((o->searches & ~(unsigned)QUICK_SEARCHES) && slow_time(o) < at)
                at = slow_time(o);
        if (o->has_dying && o->options.want_holders && o->deep_ms + DYING_MS < at)
                at = o->deep_ms + DYING_MS;
        for (size_t k = 1; k < o->facts.count; k++) {
                const struct stack *s = o->facts.stacks[k];

                /* Those whose time has come wait for the search that is under way. */
                if (is_lost(s) && s->lost_ms + LOST_MS > now && s->lost_ms + LOST_MS < at)
                        at = s->lost_ms + LOST_MS;
        }
        return at;
}

void observer_search_all(struct observer *o)
{
        o->searches |= SEARCH_ALL;
        o->is_hurried = true;
}

void observer_search_ended(struct observer *o, pid_t pid)
{
        const struct netns_list *found = o->tasks ? netns_tasks_list(o->tasks) : NULL;
        bool is_there = false;

        for (size_t k = 1; k < o->facts.count; k++) {
                const struct place *p = o->facts.stacks[k]->places[PLACE_TASKS];

                is_there |= p && p->pid == pid;
        }
        for (size_t k = 0; found && k < found->count; k++)
                is_there |= found->refs[k].pid == pid;
        if (is_there)
                o->searches |= SEARCH_TASKS;
}

/* -- What is lost ------------------------------------------------------------------------------------------------ */

/* A namespace that was only known by its name lives on without it. */
static void settle(struct observer *o, struct stack *s)
{
        s->is_settled = true;
        s->best.origin = ORIGIN_KERNEL;
        s->best.path[0] = '\0';
        o->facts.is_changed = true;
}

/* What no place shows any more: mostly it has ended, else something holds it and it is dying. */
void observer_judge_lost(struct observer *o, int64_t now)
{
        bool is_search_wanted = false;

        for (size_t k = o->facts.count - 1; k > 0; k--) {
                struct stack *s = o->facts.stacks[k];

                if (!is_lost(s))
                        continue;
                if (!scan_is_alive(&o->scan, s))
                        facts_remove(&o->facts, s);
                else if (o->deep_begun_ms > s->lost_ms) /* looked for everywhere since */
                        settle(o, s);
                else if (now - s->lost_ms >= LOST_MS && !(o->tasks && o->slow_begun_ms > s->lost_ms))
                        is_search_wanted = true;
        }
        if (!is_search_wanted)
                return;
        o->searches |= SEARCH_DEEP | SEARCH_NAMED | SEARCH_MOUNTS;
        o->is_hurried = true;
}

/* Those that no event would tell of: settled, and without an id here. */
static void check_settled(struct observer *o)
{
        for (size_t k = o->facts.count - 1; k > 0; k--) {
                struct stack *s = o->facts.stacks[k];

                if (s->is_settled && s->nsid < 0 && !scan_is_alive(&o->scan, s))
                        facts_remove(&o->facts, s);
        }
}

void observer_watch_processes(struct observer *o, int64_t now)
{
        unsigned long long stamp;

        if (o->tasks || now < observer_processes_time(o))
                return;
        o->processes_ms = now;
        check_settled(o);
        stamp = processes_stamp();
        if (stamp != 0 && stamp == o->process_stamp)
                return;
        o->process_stamp = stamp;
        o->searches |= now - o->deep_ms >= DEEP_MS ? SEARCH_DEEP : SEARCH_TASKS;
}
