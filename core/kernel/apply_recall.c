/* apply_recall.c - taking up a plan that was cut off: what is done already is remembered, what is unknown is asked. */
#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/graph/marks.h"
#include "core/kernel/ack.h"
#include "core/kernel/apply_parts.h"
#include "core/kernel/netns.h"

static const char *name_after(const struct step *s)
{
        return s->name[0] ? s->name : s->at.iface;
}

/* The link that a plan made is known by the mark that it carries, or, before it was marked, by the address it was made
 * with: another of the same name is somebody else's. */
static bool is_ours(struct space *space, const struct step *s, struct link_facts *ret)
{
        char mark[MARK_SIZE];
        struct link_facts named;

        if (place_find(space, s->link.name, &named, NULL) < 0)
                return false;
        *ret = named;
        if (s->link.number != 0) {
                struct link_facts marked;

                mark_format(s->link.number, s->link.role, mark);
                if (place_find(space, mark, &marked, NULL) == 0)
                        return marked.ifindex == named.ifindex;
        }
        return mac_equal(named.mac, s->link.mac);
}

int applier_recall(struct applier *a, const struct step *s, struct err *e)
{
        struct space *space = NULL, *target = NULL;
        struct place from, to;
        int r;

        switch (s->op) {
        case STEP_LINK_ADD:
                r = space_of(a, &s->at, &space, e);
                if (r < 0)
                        return r;
                track_made(a, &(struct place){space, s->made.ifindex}, s->link.name);
                if (!s->link.peer_name[0])
                        return 0;
                r = space_of(a, &s->link.peer_jail, &target, e);
                if (r == 0)
                        track_made(a, &(struct place){target, s->made_peer.ifindex}, s->link.peer_name);
                return r;
        case STEP_LINK_MOVE:
        case STEP_LINK_RENAME:
        case STEP_LINK_DEL:
                r = space_of(a, &s->at, &space, e);
                if (r == 0 && s->op == STEP_LINK_MOVE)
                        r = space_of(a, &s->to, &target, e);
                if (r < 0)
                        return r;
                from = (struct place){space, s->at.ifindex};
                if (s->at.ifindex == 0 && place_was(a, space, s->at.iface, &from) < 0)
                        return 0; /* nothing names it by an index then: its name is enough */
                to = (struct place){target ? target : space,
                                    s->op == STEP_LINK_MOVE             ? s->made.ifindex
                                            : s->op == STEP_LINK_RENAME ? from.ifindex
                                                                        : 0};
                track_change(a, &from, s->at.iface, &to, name_after(s));
                return 0;
        case STEP_JAIL_DEL: space_forget(a, &s->at); return 0;
        default: return 0;
        }
}

int applier_recall_remade(struct applier *a, const struct step *s, struct err *e)
{
        struct target by_name = s->at;
        struct space *space = NULL;

        by_name.cookie = 0;
        space_forget(a, &s->at);
        return space_of(a, &by_name, &space, e);
}

static char *run_path(const char *name)
{
        return xasprintf("%s/%s", netns_run_dir(), name);
}

/* Is a namespace mounted there? A run directory's file without one is what a cut-off creation leaves. */
static bool is_mounted(const char *path, struct stat *ret)
{
        CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

        return fd >= 0 && fstat(fd, ret) == 0 && ioctl(fd, NS_GET_NSTYPE) == CLONE_NEWNET;
}

static int jail_add_is_so(struct applier *a, struct step *s, bool *ret, struct err *e)
{
        CLEANUP(freep) char *path = run_path(s->at.jail);
        struct space *space = NULL;
        struct stat st;
        struct target by_name = s->at;

        *ret = false;
        if (!is_mounted(path, &st)) {
                if (access(path, F_OK) == 0)
                        return netns_remove(s->at.jail, e);
                return 0;
        }
        by_name.cookie = 0;

        int r = space_of(a, &by_name, &space, e);
        if (r < 0)
                return r;
        r = jail_bring_up(space, e); /* it may have been cut off before that */
        if (r < 0)
                return r;
        space->is_made = true;
        s->made_cookie = space->cookie;
        (void)netns_handle(space->ns_fd, &s->made_handle); /* before Linux 6.18 there is none */
        *ret = true;
        return 0;
}

static int jail_rename_is_so(const struct step *s, bool *ret, struct err *e)
{
        CLEANUP(freep) char *old_path = run_path(s->at.jail);
        CLEANUP(freep) char *new_path = run_path(s->name);
        struct stat old_st, new_st;
        bool has_old = is_mounted(old_path, &old_st), has_new = is_mounted(new_path, &new_st);

        *ret = has_new && !has_old;
        if (has_old &&
            (has_new ? old_st.st_ino == new_st.st_ino && old_st.st_dev == new_st.st_dev : access(new_path, F_OK) == 0))
                return netns_remove(s->name, e); /* half a rename: both names, or a file without a namespace */
        return 0;
}

static int link_add_is_so(struct applier *a, struct step *s, bool *ret, struct err *e)
{
        struct space *space = NULL;
        struct link_facts facts;
        int r = space_of(a, &s->at, &space, e);

        *ret = false;
        if (r < 0)
                return r;
        if (!is_ours(space, s, &facts))
                return 0;
        s->made = (struct iface_id){space->cookie, facts.ifindex};
        track_made(a, &(struct place){space, facts.ifindex}, s->link.name);
        *ret = true;
        if (!s->link.peer_name[0])
                return 0;

        struct space *peer_space = NULL;

        r = space_of(a, &s->link.peer_jail, &peer_space, e);
        if (r == 0 && place_find(peer_space, s->link.peer_name, &facts, NULL) == 0) {
                s->made_peer = (struct iface_id){peer_space->cookie, facts.ifindex};
                track_made(a, &(struct place){peer_space, facts.ifindex}, s->link.peer_name);
        }
        return r;
}

/* The kernel moves a link first and renames it then: one that arrived under its old name gets the new one here. */
static int move_is_so(struct applier *a, struct step *s, bool *ret, struct err *e)
{
        struct space *from = NULL, *to = NULL;
        struct link_facts facts;
        int r = space_of(a, &s->at, &from, e);

        *ret = false;
        if (r == 0)
                r = space_of(a, &s->to, &to, e);
        if (r < 0 || !to)
                return r;

        struct place home = {from, s->at.ifindex};

        if (s->at.ifindex ? place_read(&home, &facts, NULL) == 0 && strcmp(facts.name, s->at.iface) == 0
                          : place_find(from, s->at.iface, &facts, NULL) == 0)
                return 0;
        if (place_find(to, name_after(s), &facts, NULL) < 0) {
                if (place_find(to, s->at.iface, &facts, NULL) < 0)
                        return 0;

                CLEANUP(nlmsg_freep) struct nl_msg *m = link_message(RTM_SETLINK, 0, facts.ifindex, 0, 0);

                if (nla_put_string(m, IFLA_IFNAME, name_after(s)) < 0)
                        return -EMSGSIZE;
                r = ack_request(to->sk, m, e);
                if (r < 0)
                        return r;
        }
        s->made = (struct iface_id){to->cookie, facts.ifindex};
        if (s->at.ifindex)
                track_change(a, &home, s->at.iface, &(struct place){to, facts.ifindex}, name_after(s));
        *ret = true;
        return 0;
}

/* One that was about to go with others is taken out of their group again. */
static bool link_del_is_so(struct applier *a, const struct step *s)
{
        struct link_facts facts;
        struct place p;
        int r = place_of(a, &s->at, &p, NULL);

        if (r == 0)
                r = place_read(&p, &facts, NULL);
        if (r == 0 && (facts.group & REMOVAL_GROUP_MASK) == REMOVAL_GROUP)
                (void)link_set_group(&p, 0, NULL); /* a number that means nothing to anybody else */
        return r == -ENODEV || r == -ENOENT || r == -ESTALE;
}

int applier_is_so(struct applier *a, struct step *s, bool *ret, struct err *e)
{
        CLEANUP(freep) char *path = run_path(s->at.jail);
        struct link_facts facts;
        struct place p;
        int r;

        switch (s->op) {
        case STEP_JAIL_ADD: return jail_add_is_so(a, s, ret, e);
        case STEP_JAIL_DEL: *ret = access(path, F_OK) < 0; return 0;
        case STEP_JAIL_RENAME: return jail_rename_is_so(s, ret, e);
        case STEP_LINK_ADD: return link_add_is_so(a, s, ret, e);
        case STEP_LINK_MOVE: return move_is_so(a, s, ret, e);
        case STEP_LINK_DEL: *ret = link_del_is_so(a, s); return 0;
        case STEP_LINK_RENAME:
                r = place_of(a, &s->at, &p, NULL);
                *ret = r == 0 && place_read(&p, &facts, NULL) == 0 && strcmp(facts.name, s->name) == 0;
                if (r < 0 && space_of(a, &s->at, &p.space, NULL) == 0)
                        *ret = place_find(p.space, s->name, &facts, NULL) == 0;
                return 0;
        default: *ret = false; return 0;
        }
}

bool step_is_repeatable(enum step_op op)
{
        switch (op) {
        case STEP_JAIL_ADD:
        case STEP_JAIL_DEL:
        case STEP_JAIL_RENAME:
        case STEP_LINK_ADD:
        case STEP_LINK_DEL:
        case STEP_LINK_RENAME:
        case STEP_LINK_MOVE: return false;
        default: return true;
        }
}
