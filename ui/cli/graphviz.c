/* graphviz.c - runs Graphviz's dot: its text goes in by a file without a name, the picture comes out as a file. */
#include "ui/cli/graphviz.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int write_text(const char *text, const char *path, struct err *e)
{
        FILE *f = fopen(path, "we");
        int r = 0;

        if (!f)
                return err_set(e, -errno, "%s: cannot be written: %s", path, strerror(errno));
        if (fputs(text, f) == EOF)
                r = -errno;
        if (fclose(f) == EOF && r == 0)
                r = -errno;
        return r < 0 ? err_set(e, r, "%s: cannot be written: %s", path, strerror(-r)) : 0;
}

static int wait_for(pid_t pid)
{
        int status;

        while (waitpid(pid, &status, 0) < 0)
                if (errno != EINTR)
                        return -errno;
        return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EIO;
}

/* Its stdin is the file f. */
static int run_dot(FILE *f, const char *type, const char *path)
{
        CLEANUP(freep) char *type_word = xasprintf("-T%s", type);
        CLEANUP(freep) char *path_word = xasprintf("-o%s", path);
        char *const argv[] = {(char *)"dot", type_word, path_word, NULL};
        posix_spawn_file_actions_t files;
        pid_t pid = 0;
        int r = posix_spawn_file_actions_init(&files);

        if (r)
                return -r;
        r = posix_spawn_file_actions_adddup2(&files, fileno(f), STDIN_FILENO);
        if (r == 0)
                r = posix_spawnp(&pid, argv[0], &files, NULL, argv, environ);
        (void)posix_spawn_file_actions_destroy(&files);
        return r ? -r : wait_for(pid);
}

int graphviz_draw(struct dialect *d, const char *text, const char *type, const char *path, bool replaces, struct err *e)
{
        (void)d;
        if (!replaces && access(path, F_OK) == 0)
                return err_set(e, -EEXIST, "%s: Already exists (use `-f' to overwrite)", path);
        if (strcmp(type, "dot") == 0 || strcmp(type, "gv") == 0)
                return write_text(text, path, e);

        FILE *f = tmpfile();
        int r = f && fputs(text, f) != EOF && fflush(f) != EOF && fseek(f, 0, SEEK_SET) == 0 ? 0 : -errno;

        if (r == 0)
                r = run_dot(f, type, path);
        if (f)
                (void)fclose(f); /* it is gone with that */
        if (r == -ENOENT)
                return err_set(e, r,
                               "%s: Graphviz's dot is not installed; install graphviz, or take the text with -T dot",
                               path);
        return r < 0 ? err_set(e, r, "%s: dot could not draw it", path) : 0;
}
