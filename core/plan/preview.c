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

/* A step's sentence, whose own words (never its names) are Linux's where those are asked for. */
static void put_sentence(struct text *t, const struct step *s, enum plan_words words)
{
        static const struct {
                const char *own, *in_linux;
        } beginnings[] = {
                {N_("make jail "), N_("make namespace ")},
                {N_("remove jail "), N_("remove namespace ")},
                {N_("rename jail "), N_("rename namespace ")},
                {N_("make lagg "), N_("make bond ")},
        };
        CLEANUP(text_done) struct text sentence = {0};
        const char *rest;

        step_put_sentence(&sentence, s);
        rest = text_str(&sentence);
        for (size_t k = 0; words == PLAN_WORDS_LINUX && k < ARRAY_SIZE(beginnings); k++) {
                const char *own = _(beginnings[k].own);

                if (!str_has_prefix(rest, own))
                        continue;
                text_put(t, _(beginnings[k].in_linux));
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
        text_put_visible(t, p->title);
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
