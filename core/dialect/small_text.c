/* small_text.c - uname, sum and fmt, where Linux's own answer otherwise than FreeBSD's. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/utsname.h>

#include "core/dialect/small.h"

#define RELEASE "14.0-RELEASE" /* whose commands these are like */

int dialect_uname(struct dialect *d, int argc, char **argv, struct err *e)
{
        static const char version[] = "FreeBSD " RELEASE " jailnet";
        static const char letters[] = "snrvm"; /* in the order of -a */
        bool wanted[sizeof(letters)] = {false};
        const char *separator = "";
        struct utsname u;

        if (uname(&u) < 0)
                return err_set(e, -errno, "%s", strerror(errno));
        for (int i = 1; i < argc; i++) {
                for (const char *s = argv[i] + (argv[i][0] == '-'); *s; s++) {
                        const char *letter = strchr(letters, *s);

                        if (*s == 'a')
                                memset(wanted, true, sizeof(wanted));
                        else if (letter)
                                wanted[letter - letters] = true;
                        else if (*s == 'p')
                                wanted[4] = true; /* on FreeBSD the same word, but for embedded machines */
                        else
                                return err_set(e, -EINVAL, "usage: uname [-amnprsv]");
                }
        }
        if (argc == 1)
                wanted[0] = true;
        const char *const values[] = {"FreeBSD", u.nodename, RELEASE, version,
                                      strcmp(u.machine, "x86_64") == 0 ? "amd64" : u.machine};

        for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
                if (!wanted[i])
                        continue;
                text_put(&d->out, separator);
                text_put_visible(&d->out, values[i]);
                separator = " ";
        }
        text_put_char(&d->out, '\n');
        return 0;
}

/* The checksum of System V's and BSD's old sum: 16 bits, rotated right before each byte is added. */
static unsigned sum_of(const char *s, size_t length)
{
        unsigned sum = 0;

        for (size_t i = 0; i < length; i++)
                sum = ((sum >> 1) + ((sum & 1) << 15) + (unsigned char)s[i]) & 0xffff;
        return sum;
}

static int sum_file(struct dialect *d, const char *path, struct err *e)
{
        CLEANUP(freep) char *content = NULL;
        size_t length = 0;
        int r = d->services->read_file(d, path, &content, &length, e);

        if (r < 0)
                return r;
        text_putf(&d->out, "%u %zu", sum_of(content, length), (length + 1023) / 1024);
        if (strcmp(path, "-") != 0) {
                text_put_char(&d->out, ' ');
                text_put_visible(&d->out, path);
        }
        text_put_char(&d->out, '\n');
        return 0;
}

int dialect_sum(struct dialect *d, int argc, char **argv, struct err *e)
{
        if (argc == 1)
                return sum_file(d, "-", e);
        for (int i = 1; i < argc; i++) {
                int r = argv[i][0] == '-' && argv[i][1] ? err_set(e, -EINVAL, "usage: sum [FILE ...]")
                                                        : sum_file(d, argv[i], e);

                if (r < 0)
                        return r;
        }
        return 0;
}

/* --- fmt -------------------------------------------------------------------------------------------------------- */

struct filling {
        struct text *out;
        size_t goal, most; /* columns */
        size_t x;          /* of the line so far; 0: it is empty */
};

static void end_line(struct filling *f)
{
        if (f->x > 0)
                text_put_char(f->out, '\n');
        f->x = 0;
}

/* The word goes on the line when that is nearer to the goal than the line is without it, and not past the most. */
static void put_word(struct filling *f, const char *word, size_t length)
{
        size_t x = f->x + 1 + length;

        if (f->x > 0 && x > f->goal && (x > f->most || f->x >= f->goal || x - f->goal >= f->goal - f->x))
                end_line(f);
        if (f->x > 0)
                text_put_char(f->out, ' ');
        f->x += length + (f->x > 0);
        text_put_n(f->out, word, length);
}

/* An empty line ends a paragraph, and stays. */
static void fill(struct filling *f, const char *s)
{
        while (*s) {
                size_t blank = strspn(s, " \t"), length;

                s += blank;
                length = strcspn(s, " \t\n");
                if (length > 0)
                        put_word(f, s, length);
                s += length;
                if (*s != '\n')
                        continue;
                s++;
                if (s[strspn(s, " \t")] == '\n') {
                        end_line(f);
                        text_put_char(f->out, '\n');
                        s += strspn(s, " \t") + 1;
                }
        }
        end_line(f);
}

int dialect_fmt(struct dialect *d, int argc, char **argv, struct err *e)
{
        struct filling f = {.out = &d->out, .goal = 65};
        uint32_t width;
        int i = 1, r = 0;

        if (i < argc && str_to_u32(argv[i], 10000, &width) == 0) {
                f.goal = width;
                i++;
        }
        f.most = f.goal + 10;
        if (i == 2 && i < argc && str_to_u32(argv[i], 10000, &width) == 0) {
                f.most = width;
                i++;
        }
        do {
                CLEANUP(freep) char *content = NULL;
                size_t length = 0;

                if (i < argc && argv[i][0] == '-')
                        return err_set(e, -EINVAL, "usage: fmt [GOAL [MAXIMUM]] [FILE ...]");
                r = d->services->read_file(d, i < argc ? argv[i] : "-", &content, &length, e);
                if (r == 0)
                        fill(&f, content);
        } while (r == 0 && ++i < argc);
        return r;
}
