/* cmd_convert.c - jailnet convert ezjail: traditional jails' files as those of VNET jails. Nothing runs, nothing that
 * is there is written over. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/intl.h"
#include "core/dialect/convert.h"
#include "ui/cli/cli.h"
#include "ui/cli/convert_files.h"

struct out_file {
        char *path;
        struct text text;
};

struct run {
        struct convert c;
        struct sources in;
        struct ezjails jails;
        const char *folder; /* -o; NULL stdout */
        struct out_file *files;
        size_t count, capacity;
};

static void run_done(struct run *r)
{
        for (size_t i = 0; i < r->count; i++) {
                free(r->files[i].path);
                text_done(&r->files[i].text);
        }
        free(r->files);
        convert_done(&r->c);
        ezjails_done(&r->jails);
        sources_done(&r->in);
}

/* -- Options ----------------------------------------------------------------------------------------------------- */

static int wrong(void)
{
        return usage(command_find("convert")->synopsis);
}

static bool take_option(struct run *r, int argc, char **argv, int *i, int *ret_status, struct err *e)
{
        const char *value;

        if (convert_take_style(&r->c, argv[*i]))
                return true;
        if ((value = option_value(argc, argv, i, "-o")))
                r->folder = value;
        else if ((value = option_value(argc, argv, i, "--prefix")))
                *ret_status = convert_add_prefix(&r->c, value, e) < 0 ? tell_err(e, EXIT_USAGE) : EXIT_DONE;
        else if ((value = option_value(argc, argv, i, "--router")))
                *ret_status = convert_add_router(&r->c, value, e) < 0 ? tell_err(e, EXIT_USAGE) : EXIT_DONE;
        else
                return false;
        return true;
}

/* -- Asking ------------------------------------------------------------------------------------------------------ */

static bool ask_length(void *user, const char *iface, const struct prefix *address, uint8_t *ret_length)
{
        CLEANUP(text_done) struct text name = {0};
        char buf[PREFIX_TEXT_SIZE], line[32];
        uint32_t length;

        (void)user;
        text_put_visible(&name, iface);
        for (;;) {
                (void)fprintf(stderr, _("%s: the prefix length of the network of %s? "), text_str(&name),
                              prefix_format_addr(address, buf));
                (void)fflush(stderr);
                if (!fgets(line, sizeof(line), stdin))
                        return false;
                line[strcspn(line, "\r\n")] = '\0';
                if (!*line)
                        return false;
                if (str_to_u32(line[0] == '/' ? line + 1 : line, prefix_bits(address->family), &length) == 0 &&
                    length > 0) {
                        *ret_length = (uint8_t)length;
                        return true;
                }
                (void)fprintf(stderr, _("a number from 1 to %u, or nothing to leave it open\n"),
                              prefix_bits(address->family));
        }
}

/* -- Files ------------------------------------------------------------------------------------------------------- */

static struct text *add_out(struct run *r, char *path)
{
        r->files = array_grow(r->files, &r->capacity, r->count, sizeof(*r->files));
        r->files[r->count] = (struct out_file){.path = path};
        return &r->files[r->count++].text;
}

static void make_files(struct run *r)
{
        bool has_any = false;

        for (size_t i = 0; i < r->c.count; i++) {
                const struct convert_jail *j = &r->c.jails[i];

                if (!j->port_count)
                        continue;
                has_any = true;
                convert_put_ezjail(&r->c, j, add_out(r, xasprintf("ezjail/%s", j->jail->name)));
                convert_put_jail_rc(&r->c, j, add_out(r, xasprintf("jails/%s/etc/rc.conf", j->jail->name)));
        }
        if (!has_any)
                return;
        convert_put_host_rc(&r->c, add_out(r, xstrdup("rc.conf")));
        convert_put_jail_conf(&r->c, add_out(r, xstrdup("jail.conf")));
}

static int write_files(struct run *r, struct err *e)
{
        for (size_t i = 0; i < r->count; i++)
                if (file_is_there(r->folder, r->files[i].path))
                        return err_set(e, -EEXIST, "%s/%s: is there already; choose another folder", r->folder,
                                       r->files[i].path);
        for (size_t i = 0; i < r->count; i++) {
                int result = file_write(r->folder, r->files[i].path, text_str(&r->files[i].text), e);

                if (result < 0)
                        return result;
        }
        return 0;
}

static void print_files(const struct run *r)
{
        for (size_t i = 0; i < r->count; i++) {
                (void)printf("%s# ==== %s ====\n", i ? "\n" : "", r->files[i].path);
                print_text(&r->files[i].text);
        }
}

static void print_visible(const char *text, bool to_stderr)
{
        CLEANUP(text_done) struct text t = {0};

        for (const char *s = text; *s;) {
                size_t n = strcspn(s, "\n");
                CLEANUP(freep) char *line = xstrndup(s, n);

                if (to_stderr)
                        text_put(&t, "jailnet: ");
                text_put_visible(&t, line);
                text_put_char(&t, '\n');
                s += n + (s[n] == '\n');
        }
        (void)fputs(text_str(&t), to_stderr ? stderr : stdout); /* a lost summary loses no file */
}

static void print_summary(const struct run *r, const struct app *a)
{
        CLEANUP(text_done) struct text t = {0};

        print_visible(text_str(&r->jails.said), true);
        print_visible(text_str(&r->c.said), true);
        if (r->c.open_count)
                (void)tell(EXIT_DONE,
                           "%zu prefix length%s not known: the lines that begin with #ASK# wait for it; --prefix "
                           "IF=LEN tells it",
                           r->c.open_count, r->c.open_count == 1 ? " is" : "s are");
        if (a->is_quiet)
                return;
        convert_put_summary(&r->c, &t);
        if (r->folder)
                print_visible(text_str(&t), false);
        else
                (void)fputs(text_str(&t), stderr); /* as above */
}

static int convert(struct app *a, struct run *r)
{
        struct err e = {0};
        const struct source *at = NULL;

        if (convert_read_files(&r->in, &r->jails, &r->c, &at, &e) < 0)
                return at ? tell_source(at, &e, EXIT_REFUSED) : tell_err(&e, EXIT_REFUSED);
        if (!r->jails.count)
                return tell(EXIT_REFUSED,
                            "%s: no jail is described there; ezjail's files hold lines like "
                            "export jail_NAME_ip=\"re0|10.0.0.2\"",
                            r->in.count == 1 ? r->in.items[0]->path : "the files");
        r->c.from = &r->jails;
        if (isatty(STDIN_FILENO) && isatty(STDERR_FILENO))
                r->c.ask = ask_length;
        if (convert_work_out(&r->c, &e) < 0) {
                at = source_marked(&r->in);
                return at ? tell_source(at, &e, EXIT_REFUSED) : tell_err(&e, EXIT_REFUSED);
        }
        make_files(r);
        if (r->folder && !a->is_dry_run && write_files(r, &e) < 0)
                return tell_err(&e, EXIT_REFUSED);
        if (!r->folder)
                print_files(r);
        print_summary(r, a);
        return EXIT_DONE;
}

int command_convert(struct app *a, int argc, char **argv)
{
        CLEANUP(run_done) struct run r = {.c = {.style = CONVERT_JIB}};
        struct err e = {0};
        bool has_path = false, is_over = false;

        if (argc < 2 || strcmp(argv[1], "ezjail") != 0)
                return wrong();
        for (int i = 2; i < argc; i++) {
                int status = EXIT_DONE;

                if (!is_over && strcmp(argv[i], "--") == 0) {
                        is_over = true;
                        continue;
                }
                if (!is_over && argv[i][0] == '-' && argv[i][1]) {
                        if (!take_option(&r, argc, argv, &i, &status, &e))
                                return wrong();
                        if (status != EXIT_DONE)
                                return status;
                        continue;
                }
                if (sources_add(&r.in, argv[i], &e) < 0)
                        return tell_err(&e, EXIT_REFUSED);
                has_path = true;
        }
        return has_path ? convert(a, &r) : wrong();
}
