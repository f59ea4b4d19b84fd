/* preview.c - a plan as a person reads it before saying yes. */
#include <string.h>

#include "core/base/intl.h"
#include "core/plan/planner.h"

/* A command line holds foreign names, quoted for the shell but not for a terminal. Its backslashes are the shell's. */
static void put_command_line(struct text *t, const char *line, size_t length)
{
        CLEANUP(freep) char *copy = xstrndup(line, length);

        for (char *p = copy; *p;) {
                size_t n = strcspn(p, "\\");
                CLEANUP(freep) char *part = xstrndup(p, n);

                text_put_visible(t, part);
                if (p[n] == '\\')
                        text_put_char(t, '\\');
                p += n + (p[n] == '\\');
        }
}

static void put_command_lines(struct text *t, const char *lines)
{
        while (*lines) {
                size_t n = strcspn(lines, "\n");

                text_put(t, "  ");
                put_command_line(t, lines, n);
                text_put_char(t, '\n');
                lines += n + (lines[n] == '\n');
        }
}

/* The beginning of a sentence or a command in three systems' words; NULL: the same. Never a name. */
struct beginning {
        const char *own, *in_freebsd, *in_linux;
};

static const char *beginning_in(const struct beginning *b, enum plan_words words)
{
        return words == PLAN_WORDS_FREEBSD ? b->in_freebsd : words == PLAN_WORDS_LINUX ? b->in_linux : NULL;
}

void plan_put_title(struct text *t, const struct plan *p, enum plan_words words)
{
        /* jailnet's own commands: they are typed in English. */
        static const struct beginning commands[] = {
                {"create jail ", NULL, "create namespace "},
                {"create epair", NULL, "create veth pair"},
                {"create lagg ", NULL, "create bond "},
        };
        const char *rest = p->title;

        if (words == PLAN_WORDS_FREEBSD && p->freebsd_count && p->freebsd[0][0] != '#') {
                put_command_line(t, p->freebsd[0], strlen(p->freebsd[0]));
                text_put(t, p->freebsd_count > 1 ? "; ..." : "");
                return;
        }
        for (size_t k = 0; k < ARRAY_SIZE(commands); k++) {
                if (!str_has_prefix(rest, commands[k].own) || !beginning_in(&commands[k], words))
                        continue;
                text_put(t, beginning_in(&commands[k], words));
                rest += strlen(commands[k].own);
                break;
        }
        text_put_visible(t, rest);
}

static void put_sentence(struct text *t, const struct step *s, enum plan_words words)
{
        static const struct beginning beginnings[] = {
                {N_("make jail "), NULL, N_("make namespace ")},
                {N_("remove jail "), NULL, N_("remove namespace ")},
                {N_("rename jail "), NULL, N_("rename namespace ")},
                {N_("make lagg "), NULL, N_("make bond ")},
                {N_("attach "), N_("addm "), NULL},
                {N_("detach "), N_("deletem "), NULL},
        };
        CLEANUP(text_done) struct text sentence = {0};
        const char *rest;

        step_put_sentence(&sentence, s);
        rest = text_str(&sentence);
        for (size_t k = 0; k < ARRAY_SIZE(beginnings); k++) {
                const char *own = _(beginnings[k].own), *other = beginning_in(&beginnings[k], words);

                if (!other || !str_has_prefix(rest, own))
                        continue;
                text_put(t, _(other));
                rest += strlen(own);
                break;
        }
        text_put(t, rest);
}

static void put_steps(struct text *t, const struct plan *p, enum plan_words words)
{
        unsigned number = 0;

        for (size_t k = 0; k < p->step_count; k++) {
                const struct step *s = &p->steps[k];

                if (s->is_internal)
                        continue;
                text_putf(t, "  %u. ", ++number);
                put_sentence(t, s, words);
                text_put(t, s->cuts_operator ? "   (!)\n" : "\n");
        }
        if (p->step_count == 0)
                text_put(t, _("  nothing to do\n"));
}

static void put_notes(struct text *t, const struct plan *p)
{
        if (p->note_count)
                text_put(t, _("\nConsequences:\n"));
        for (size_t k = 0; k < p->note_count; k++)
                text_putf(t, "  %c %s\n", p->notes[k].level == NOTE_WARNING ? '!' : '-', plan_note_said(&p->notes[k]));
}

static void put_iproute2(struct text *t, const struct plan *p)
{
        CLEANUP(text_done) struct text lines = {0};

        for (size_t k = 0; k < p->step_count; k++)
                step_put_iproute2(&lines, &p->steps[k]);
        if (!lines.length)
                return;
        text_put(t, "\niproute2:\n");
        put_command_lines(t, text_str(&lines));
}

static void put_freebsd(struct text *t, const struct plan *p)
{
        if (p->freebsd_count)
                text_put(t, "\nFreeBSD:\n");
        for (size_t k = 0; k < p->freebsd_count; k++)
                put_command_lines(t, p->freebsd[k]);
}

void plan_put_preview_in(struct text *t, const struct plan *p, enum plan_words words)
{
        plan_put_title(t, p, words);
        text_put_char(t, '\n');
        put_steps(t, p, words);
        put_notes(t, p);
        if (words != PLAN_WORDS_FREEBSD)
                put_iproute2(t, p);
        if (words != PLAN_WORDS_LINUX)
                put_freebsd(t, p);
}

void plan_put_preview(struct text *t, const struct plan *p)
{
        plan_put_preview_in(t, p, PLAN_WORDS_BOTH);
}
