/* apply.c - the applier: its life, the guard before a plan, and which file does which step. */
#include "core/kernel/apply.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/kernel/apply_parts.h"

struct applier *applier_new(const struct graph *g)
{
        struct applier *a = xcalloc(1, sizeof(*a));

        a->graph = g;
        a->home_fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC); /* -1: told when it is first needed */
        return a;
}

void applier_free(struct applier *a)
{
        if (!a)
                return;
        for (size_t i = 0; i < a->space_count; i++) {
                space_drop(a->spaces[i]);
                free(a->spaces[i]);
        }
        closep(&a->home_fd);
        lookup_done(&a->spaces_by_name);
        lookup_done(&a->spaces_by_cookie);
        lookup_done(&a->tracks_by_name);
        free(a->spaces);
        free(a->tracks);
        free(a->formers);
        free(a->wished);
        free(a->removed);
        free(a);
}

/* Is that the name it has, or one that an earlier step of the plan gives it? */
static bool is_expected_name(const struct applier *a, const struct target *t, const char *name)
{
        if (!t->iface[0] || strcmp(t->iface, name) == 0)
                return true;
        for (size_t i = 0; i < a->wished_count; i++) {
                const struct wished_name *w = &a->wished[i];

                if (w->id.cookie == t->cookie && w->id.ifindex == t->ifindex && strcmp(w->name, t->iface) == 0)
                        return true;
        }
        return false;
}

/* Targets without identity are made by the plan itself: there is nothing to compare them with. */
static int check_target(struct applier *a, const struct target *t, struct err *e)
{
        struct link_facts facts;
        struct place p = {.ifindex = t->ifindex};

        if (t->cookie == 0 && t->ifindex == 0)
                return 0;

        int r = space_of(a, t, &p.space, e);
        if (r < 0)
                return r == -ENOENT ? -ESTALE : r;
        if (t->ifindex == 0)
                return 0;
        r = place_read(&p, &facts, e);
        if (r < 0 && r != -ENODEV)
                return fail_step(e, r, t, "cannot be looked at");
        if (r == 0 && is_expected_name(a, t, facts.name) && (!t->kind[0] || strcmp(t->kind, facts.kind) == 0))
                return 0;

        CLEANUP(text_done) struct text object = {0};

        put_target(&object, t);
        return err_set(e, -ESTALE, "%s: is gone (or another interface has its place); look again and repeat",
                       text_str(&object));
}

static void expect_name(struct applier *a, const struct target *t, const char *name)
{
        if (t->ifindex == 0 || !name[0])
                return;
        a->wished = array_grow(a->wished, &a->wished_capacity, a->wished_count, sizeof(*a->wished));

        struct wished_name *w = &a->wished[a->wished_count++];

        *w = (struct wished_name){.id = {.cookie = t->cookie, .ifindex = t->ifindex}};
        (void)str_copy(w->name, sizeof(w->name), name);
}

static int no_home(const struct applier *a, struct err *e)
{
        return a->home_fd >= 0 ? 0 : err_set(e, -ENOENT, "host: its network cannot be opened; is /proc mounted?");
}

int applier_check(struct applier *a, const struct step *s, struct err *e)
{
        int r = no_home(a, e);

        if (r < 0 || step_about(s->op) == ABOUT_RECORD)
                return r;
        r = check_target(a, &s->at, e);
        if (r == 0)
                r = check_target(a, &s->to, e);
        if (r < 0)
                return r;
        switch (s->op) {
        case STEP_LINK_ADD:
                r = check_target(a, &s->link.parent, e);
                if (r == 0)
                        r = check_target(a, &s->link.peer_jail, e);
                if (r == 0)
                        r = link_has_kind(a, s->link.kind, e);
                if (r > 0 && s->link.role == ROLE_VLAN) /* bridges filter VLANs only in kernels that have them */
                        r = link_has_kind(a, KIND_VLAN, e);
                return r < 0 ? r : (r == 0 ? -EOPNOTSUPP : 0);
        case STEP_LINK_RENAME:
        case STEP_LINK_MOVE: expect_name(a, &s->at, s->name); return 0;
        case STEP_JAIL_DEL:
        case STEP_JAIL_RENAME: return jail_check(a, s, e);
        default: return 0;
        }
}

int applier_do(struct applier *a, struct step *s, struct err *e)
{
        struct err unread = {0};
        int r = no_home(a, e);

        if (!e)
                e = &unread;
        if (r < 0)
                return r;
        switch (step_about(s->op)) {
        case ABOUT_JAIL: return jail_do(a, s, e);
        case ABOUT_LINK: return s->op == STEP_LINK_ADD ? link_make(a, s, e) : link_do(a, s, e);
        case ABOUT_ADDRESS:
        case ABOUT_STACK: return addr_do(a, s, e);
        case ABOUT_RECORD: return 0; /* the journal's, when the plan is closed */
        }
        return err_set(e, -EINVAL, "plan: a step of an unknown sort");
}

void applier_remove(struct applier *a, const struct step *steps, size_t count)
{
        if (a->home_fd >= 0)
                links_remove(a, steps, count);
}

bool applier_has_removed(struct applier *a, const struct step *s)
{
        struct place p;

        return s->op == STEP_LINK_DEL && place_of(a, &s->at, &p, NULL) == 0 && link_was_removed(a, &p);
}

int applier_has_kind(struct applier *a, enum iface_kind k)
{
        int r = no_home(a, NULL);

        return r < 0 ? r : link_has_kind(a, k, NULL);
}
