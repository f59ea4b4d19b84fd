/* way_probe.c - what a real probe adds to what was worked out. */
#include <string.h>

#include "core/base/intl.h"
#include "core/path/way.h"

static void set(struct way *w, enum way_verdict verdict, enum way_reason reason, char *take_sentence)
{
        w->verdict = verdict;
        w->reason = reason;
        if (reason == WAY_FINE)
                w->hop = NONE;
        free(w->sentence);
        w->sentence = take_sentence;
}

void way_confirm(struct way *w, const struct echo_result *p)
{
        char address[PREFIX_TEXT_SIZE];
        bool is_small_enough = p->large == ECHO_LARGE_ANSWERED || p->large == ECHO_LARGE_TOLD;

        (void)prefix_format_addr(&w->destination, address);
        if (!p->is_made)
                return;
        if (p->answered && (w->verdict == WAY_UNKNOWN || (w->reason == WAY_MTU && is_small_enough)))
                set(w, WAY_REACHED, WAY_FINE, xasprintf(_("%s answers"), address));
        else if (p->answered && w->verdict == WAY_BROKEN && w->reason != WAY_MTU)
                set(w, WAY_REACHED, WAY_FINE,
                    xasprintf(_("%s answers, though this seems wrong: %s"), address, w->sentence));
        else if (!p->answered && w->verdict == WAY_REACHED)
                set(w, WAY_BROKEN, WAY_NO_ANSWER,
                    xasprintf(_("nothing that can be seen stops it, and yet %s does not answer: it, or a firewall, "
                                "drops echoes"),
                              address));
        if (p->answered && w->verdict == WAY_REACHED && p->large == ECHO_LARGE_LOST)
                set(w, WAY_BROKEN, WAY_MTU,
                    xasprintf(_("%s answers small packets; those of %u bytes are lost without a word"), address,
                              p->large_bytes));
}

void way_put_probe(struct text *t, const struct echo_result *p)
{
        char address[PREFIX_TEXT_SIZE];

        if (p->answered)
                text_putf(t, _("answered in %lld.%02lld ms"), (long long)(p->round_trip_us / 1000),
                          (long long)(p->round_trip_us % 1000 / 10));
        else
                text_putf(t, _("no answer to %u"), p->sent);
        if (p->told_by.family)
                text_putf(t, _("; %s says that it cannot be reached"), prefix_format_addr(&p->told_by, address));
        if (p->trouble[0])
                text_putf(t, _("; the stack says: %s"), p->trouble);
        switch (p->large) {
        case ECHO_LARGE_NOT_SENT: break;
        case ECHO_LARGE_ANSWERED: text_putf(t, _("; %u bytes at once too"), p->large_bytes); break;
        case ECHO_LARGE_LOST: text_putf(t, _("; %u bytes at once are lost"), p->large_bytes); break;
        case ECHO_LARGE_TOLD:
                text_putf(t, _("; %u bytes at once are too many, and the sender is told"), p->large_bytes);
                if (p->told_bytes)
                        text_putf(t, ": %u", p->told_bytes);
                break;
        }
}
