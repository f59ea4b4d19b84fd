/* rights.c - capabilities by libcap-ng: which a command keeps. */
#include "core/base/rights.h"

#include <cap-ng.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "core/base/text.h"

#define ONE(cap) (UINT64_C(1) << (cap))
/* Files of others: the /proc of their processes, the run directory, an inventory in a folder of theirs. */
#define FILES (ONE(CAP_DAC_OVERRIDE) | ONE(CAP_DAC_READ_SEARCH))
/* setns; dumps of nftables and a stack's numbers; the events of all stacks on one socket; namespaces and sockets of
 * processes; an echo that is sent. */
#define LOOKING                                                                                           \
        (FILES | ONE(CAP_SYS_ADMIN) | ONE(CAP_NET_ADMIN) | ONE(CAP_NET_BROADCAST) | ONE(CAP_SYS_PTRACE) | \
         ONE(CAP_NET_RAW))
/* A holder's signal, and another's table of mounts. */
#define CHANGING (LOOKING | ONE(CAP_KILL) | ONE(CAP_SYS_CHROOT))
/* Another user, a jail's folders and nodes, and what a jail's programs must never have. */
#define STARTING                                                                                              \
        (CHANGING | ONE(CAP_SETUID) | ONE(CAP_SETGID) | ONE(CAP_SETPCAP) | ONE(CAP_CHOWN) | ONE(CAP_FOWNER) | \
         ONE(CAP_MKNOD))

static const uint64_t kept_sets[] = {
        [RIGHTS_NONE] = 0,
        [RIGHTS_LOOK] = LOOKING,
        [RIGHTS_CHANGE] = CHANGING,
        [RIGHTS_START] = STARTING,
};

static bool is_borrowed;

int rights_begin(struct err *e)
{
        /* terminfo(5): files that say what is sent to the terminal. The C library sees to its own. */
        static const char *const others[] = {"TERMINFO", "TERMINFO_DIRS", "TERMCAP", "TERMPATH", "EDITRC"};
        static const char prefix[] = "JAILNET_";

        if (!getauxval(AT_SECURE))
                return 0;
        if (getuid() != geteuid() || getgid() != getegid())
                return err_set(e, -EPERM,
                               "jailnet: its file is set-user-id or set-group-id, for which it was not made; take the "
                               "bit away and give it file capabilities (docs/security.md)");
        is_borrowed = true;
        for (char **v = environ; *v;) {
                char name[64];
                size_t length = strcspn(*v, "=");

                if (!str_has_prefix(*v, prefix) || !str_format(name, sizeof(name), "%.*s", (int)length, *v) ||
                    unsetenv(name) < 0)
                        v++;
                else
                        v = environ; /* it has closed up */
        }
        for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
                (void)unsetenv(others[i]); /* cannot fail: these are names */
        return 0;
}

int rights_keep(enum rights wanted, struct err *e)
{
        if (wanted == RIGHTS_ALL && !is_borrowed)
                return 0;

        uint64_t kept = wanted == RIGHTS_ALL ? 0 : kept_sets[wanted];
        bool has_bounds = wanted != RIGHTS_ALL && wanted != RIGHTS_START;

        (void)capng_get_caps_process(); /* where even this fails nothing can be set either, which is told below */
        has_bounds = has_bounds && capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP);
        for (unsigned cap = 0; cap <= CAP_LAST_CAP; cap++) {
                bool is_kept = kept & ONE(cap);
                bool is_aside = is_borrowed && (FILES & ONE(cap));

                if (!is_kept)
                        (void)capng_update(CAPNG_DROP, CAPNG_EFFECTIVE | CAPNG_PERMITTED | CAPNG_INHERITABLE, cap);
                if (!is_kept && has_bounds)
                        (void)capng_update(CAPNG_DROP, CAPNG_BOUNDING_SET, cap);
                if (is_kept && capng_have_capability(CAPNG_PERMITTED, cap))
                        (void)capng_update(is_aside ? CAPNG_DROP : CAPNG_ADD, CAPNG_EFFECTIVE, cap);
        }
        if (has_bounds && capng_apply(CAPNG_SELECT_BOUNDS) != 0)
                return err_set(e, -EPERM, "capabilities: those of programs to be started cannot be dropped");
        if (capng_apply(CAPNG_SELECT_CAPS) != 0)
                return err_set(e, -EPERM, "capabilities: those that are not needed cannot be dropped");
        /* Nothing is left that another process of the user's could get hold of by looking into this one. */
        if (is_borrowed && kept == 0)
                (void)prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
        return 0;
}

static int set_files(capng_act_t how)
{
        (void)capng_get_caps_process();
        for (unsigned cap = 0; cap <= CAP_LAST_CAP; cap++)
                if ((FILES & ONE(cap)) && capng_have_capability(CAPNG_PERMITTED, cap))
                        (void)capng_update(how, CAPNG_EFFECTIVE, cap);
        return capng_apply(CAPNG_SELECT_CAPS) == 0 ? 0 : -EPERM;
}

bool rights_raise(void)
{
        return is_borrowed && set_files(CAPNG_ADD) == 0;
}

void rights_lowerp(const bool *raised)
{
        /* What was not lowered would be used for the user's files. */
        if (*raised && set_files(CAPNG_DROP) < 0)
                abort();
}
