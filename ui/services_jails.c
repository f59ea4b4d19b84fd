/*
 * services_jails.c - jails with processes: what is remembered of them, and the process that keeps one.
 *
 * The keeper is jailnet again, started apart: `jailnet --db FILE cell`. It reads the cell's description as JSON from
 * its stdin and answers "PID BEGAN", perhaps with why the jail is not confined, or "! SENTENCE" on its stdout; then it
 * lets go of the terminal and waits for the jail's end. A jail that ended by itself is cleared away by it, as FreeBSD's
 * kernel does: lent interfaces come home, the stack and the addresses on the host go; no phase of stopping is run.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/spawn.h"
#include "core/dialect/dialect.h"
#include "core/dialect/jail_params.h"
#include "ui/services_parts.h"

#define REMOVE_TRIES 5 /* somebody else's plan may be running, or may have changed what ours was made on */

static int service_list(struct app *a, struct started_jail **ret, size_t *ret_count, struct err *e)
{
        struct services *s = a->state;

        services_open_inventory(a);
        if (!s->db) {
                *ret = NULL;
                *ret_count = 0;
                return 0; /* an ordinary user who may not read it sees the stacks alone */
        }
        return db_started_list(s->db, ret, ret_count, e);
}

static int service_put(struct app *a, const struct started_jail *j, struct err *e)
{
        struct services *s = a->state;
        int r = services_refuse(a, e);

        return r < 0 ? r : db_started_put(s->db, j, e);
}

static int service_forget(struct app *a, const char *name, struct err *e)
{
        struct services *s = a->state;
        int r = services_refuse(a, e);

        return r < 0 ? r : db_started_remove(s->db, name, 0, e);
}

static int service_caused(struct app *a, const char *cause, int64_t **ret, size_t *ret_count, struct err *e)
{
        struct services *s = a->state;
        int r = services_need_journal(a, e);

        return r < 0 ? r : db_journal_caused(s->db, cause, ret, ret_count, e);
}

/* -- Starting a keeper --------------------------------------------------------------------------------------------- */

static int spawn_keeper(char *db_path, int in, int out, pid_t *ret)
{
        char *const argv[] = {(char *)"jailnet", (char *)"--db", db_path, (char *)"cell", NULL};
        const struct spawn_fd fds[] = {{in, STDIN_FILENO}, {out, STDOUT_FILENO}, {SPAWN_NULL, STDERR_FILENO}};

        return spawn_self(argv, fds, ARRAY_SIZE(fds), ret);
}

static int send_all(int fd, const char *s)
{
        for (size_t left = strlen(s); left > 0;) {
                ssize_t n = write(fd, s, left);

                if (n < 0 && errno != EINTR)
                        return -errno;
                s += n > 0 ? n : 0;
                left -= n > 0 ? (size_t)n : 0;
        }
        return 0;
}

static void read_all(int fd, struct text *t)
{
        char part[4096];
        ssize_t n;

        while ((n = read(fd, part, sizeof(part))) > 0 || (n < 0 && errno == EINTR))
                if (n > 0)
                        text_put_n(t, part, (size_t)n);
}

static int take_answer(const char *answer, struct cell_id *ret, struct err *ret_open, struct err *e)
{
        long long pid;
        unsigned long long began;
        int length = 0;

        if (sscanf(answer, "%lld %llu%n", &pid, &began, &length) == 2) { // NOLINT(cert-err34-c): our own
                *ret = (struct cell_id){.pid = (pid_t)pid, .began = began};
                if (answer[length] == ' ')
                        (void)err_set(ret_open, -EPERM, "%.*s", (int)strcspn(answer + length, "\n") - 1,
                                      answer + length + 1);
                return 0;
        }
        if (!str_has_prefix(answer, "! "))
                return err_set(e, -EIO, "its keeper ended at once");
        answer += 2;
        return err_set(e, -EIO, "%.*s", (int)strcspn(answer, "\n"), answer);
}

static int service_start(struct app *a, const struct cell_spec *spec, struct cell_id *ret, struct err *ret_open,
                         struct err *e)
{
        struct services *s = a->state;
        int to[2], from[2];
        pid_t pid = 0;
        int r = services_refuse(a, e);

        if (r < 0)
                return r;
        if (pipe2(to, O_CLOEXEC) < 0)
                return err_set(e, -errno, "no pipe can be made: %s", strerror(errno));
        CLEANUP(closep) int to_read = to[0];
        if (pipe2(from, O_CLOEXEC) < 0) {
                r = -errno;
                (void)close(to[1]); /* nothing was written */
                return err_set(e, r, "no pipe can be made: %s", strerror(-r));
        }
        CLEANUP(closep) int answer = from[0];
        CLEANUP(text_done) struct text t = {0};
        CLEANUP(freep) char *path = realpath(s->path, NULL); /* it may be started in another folder's name */
        json_t *j = cell_to_json(spec);
        CLEANUP(freep) char *words = json_dumps(j, JSON_COMPACT);

        json_decref(j);
        r = spawn_keeper(path ? path : s->path, to_read, from[1], &pid);
        if (r == 0)
                r = send_all(to[1], words);
        (void)close(to[1]);   /* its end says that all was sent */
        (void)close(from[1]); /* the keeper has its own */
        if (r < 0)
                return err_set(e, r, "its keeper cannot be started: %s", strerror(-r));
        read_all(answer, &t);
        r = take_answer(text_str(&t), ret, ret_open, e);
        if (r < 0)
                (void)waitpid(pid, NULL, 0); /* it ends after such an answer; else it is nobody's we wait for */
        return r;
}

/* -- The keeper ---------------------------------------------------------------------------------------------------- */

static void let_go(void)
{
        int null = open("/dev/null", O_RDWR | O_CLOEXEC);

        for (int fd = STDIN_FILENO; null >= 0 && fd <= STDERR_FILENO; fd++)
                (void)dup2(null, fd);
        (void)!chdir("/"); /* so that no folder is kept busy */
}

/* Another jail that shares the host's stack may have the same address. */
static bool is_others_address(struct app *a, const char *name, const struct jail_address *address)
{
        struct started_jail *list = NULL;
        size_t count = 0;
        bool is_found = false;

        if (service_list(a, &list, &count, NULL) < 0)
                return false;
        for (size_t i = 0; i < count; i++) {
                struct jail_params p = {0};
                struct jail_address *others = NULL;
                size_t n = 0;

                if (strcmp(list[i].name, name) != 0 && jail_params_from_json(list[i].params, list[i].name, &p) == 0 &&
                    !jail_params_is_vnet(&p))
                        n = jail_params_addresses(&p, &others);
                while (n-- > 0)
                        is_found = is_found ||
                                (strcmp(others[n].iface, address->iface) == 0 &&
                                 prefix_equal(&others[n].prefix, &address->prefix));
                free(others);
                jail_params_done(&p);
                started_jail_done(&list[i]);
        }
        free(list);
        return is_found;
}

/* What a jail leaves behind: its stack, or its addresses on the host. */
static int service_clear(struct app *a, const char *name, const struct jail_params *p, struct err *e)
{
        CLEANUP(graph_unrefp) const struct graph *g = NULL;
        CLEANUP(plan_freep) struct plan *plan = NULL;
        struct jail_address *addresses = NULL;
        struct dialect d;
        int r = a->picture(a, true, false, false, &g, e);

        if (r < 0)
                return r;
        dialect_init(&d, g, "host", false);

        size_t jail = graph_find_jail(g, name);
        size_t count = jail_params_is_vnet(p) ? 0 : jail_params_addresses(p, &addresses);

        if (jail != NONE && jail != 0 && g->jails[jail].state == JAIL_ALIVE) {
                CLEANUP(freep) char *word = xasprintf("jail:%s", name);

                r = dialect_add(&d, e, "destroy", word, NULL);
        }
        while (count-- > 0) {
                char prefix[PREFIX_TEXT_SIZE];

                if (addresses[count].iface[0] && !is_others_address(a, name, &addresses[count]))
                        /* one that is gone already needs no words */
                        (void)dialect_add(&d, NULL, "address", "del", addresses[count].iface,
                                          prefix_format(&addresses[count].prefix, prefix), NULL);
        }
        if (r == 0) {
                CLEANUP(freep) char *words = xasprintf("jail -R %s", name);

                plan = dialect_finish(&d, words, words);
        }
        if (r == 0 && plan)
                r = a->run(a, plan, g, e);
        if (!jail_params_is_vnet(p))
                confine_end(name); /* its keeper may have been killed */
        free(addresses);
        dialect_done(&d);
        return r;
}

static void jail_ended(struct app *a, const char *name, const struct cell_id *id)
{
        struct services *s = a->state;
        struct started_jail *list = NULL;
        size_t count = 0;

        if (service_list(a, &list, &count, NULL) < 0)
                return; /* without an inventory nothing can be changed; jail -r does it later */
        for (size_t i = 0; i < count; i++) {
                struct jail_params p = {0};

                /* Who starts or stops it clears away himself. */
                if (strcmp(list[i].name, name) == 0 && list[i].pid == id->pid && list[i].began == id->began &&
                    list[i].phase == STARTED_RUNNING && jail_params_from_json(list[i].params, name, &p) == 0) {
                        int r = -EAGAIN;

                        for (int tries = 0; r < 0 && tries < REMOVE_TRIES; tries++)
                                r = service_clear(a, name, &p, NULL);
                        if (r == 0)
                                (void)db_started_remove(s->db, name, id->pid, NULL);
                }
                jail_params_done(&p);
                started_jail_done(&list[i]);
        }
        free(list);
}

int services_cell_main(struct app *a)
{
        CLEANUP(text_done) struct text t = {0};
        CLEANUP(arena_done) struct arena arena = {0};
        struct cell_spec spec = {0};
        struct cell_id id = {0};
        struct err e = {0}, open = {0};
        char sentence[ERR_SENTENCE_SIZE];

        (void)unsetenv(JAILNET_CAUSE); /* what it does at the end is not for the start */
        read_all(STDIN_FILENO, &t);

        json_t *j = json_loads(text_str(&t), 0, NULL);
        int r = j ? cell_from_json(j, &spec, &arena) : -EINVAL;

        if (r < 0)
                (void)err_set(&e, r, "cell: is started by jailnet itself; jailnet help jail tells about it");
        else
                r = cell_start(&spec, &id, &open, &e);
        if (r < 0)
                (void)printf("! %s\n", err_sentence(&e, sentence, sizeof(sentence)));
        else
                (void)printf("%lld %llu%s%s\n", (long long)id.pid, (unsigned long long)id.began, open.code ? " " : "",
                             open.what);
        (void)fflush(stdout); /* whoever asked has gone when it fails: the jail is told of by nobody and ends below */
        if (r == 0) {
                let_go();
                cell_wait(&spec, &id);
                jail_ended(a, spec.name, &id);
        }
        json_decref(j);
        return r < 0 ? 1 : 0;
}

static const struct app_jails jails = {
        .list = service_list,
        .put = service_put,
        .forget = service_forget,
        .start = service_start,
        .is_alive = cell_is_alive,
        .is_alone = cell_is_alone,
        .clear = service_clear,
        .tell = cell_tell,
        .wait_end = cell_wait_end,
        .set_hostname = cell_set_hostname,
        .run = program_run,
        .caused = service_caused,
};

void services_init_jails(struct app *a)
{
        a->jails = &jails;
}
