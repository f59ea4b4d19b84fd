/* badges.c - what an admin must see at a glance: down, blocked, pending, pinned, not as pinned. */
#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/intl.h"
#include "ui/tui/layout/draft.h"

static void put(struct badge *badges, size_t *count, enum layout_ink ink, enum layout_sign sign, const char *text)
{
        if (*count < MAX_BADGES)
                badges[(*count)++] = (struct badge){ink, sign, text};
}

#define AGE_COLUMNS 3 /* "59m": a box is not to grow while one waits */

/* "pending 3m  nc(4211)" */
static const char *pending_text(struct draft *d, const struct loan *loan)
{
        const struct holder *holder = NULL;
        char age[AGE_TEXT_SIZE] = "";

        if (d->o->level != LAYOUT_FULL)
                return NULL;
        if (d->o->now_s && loan->since && d->o->now_s >= loan->since)
                clock_format_age(d->o->now_s - loan->since, age);
        if (loan->jail != NONE && d->g->jails[loan->jail].holder_count)
                holder = &d->g->jails[loan->jail].holders[0];
        if (!holder)
                return draft_printf(d, "pending%s%-*s", age[0] ? " " : "", age[0] ? AGE_COLUMNS : 0, age);
        if (holder->pid)
                return draft_printf(d, "pending %-*s%s%s(%d)", age[0] ? AGE_COLUMNS : 0, age, age[0] ? " " : "",
                                    holder->command ? holder->command : "", (int)holder->pid);
        return draft_printf(d, "pending %-*s%s%s", age[0] ? AGE_COLUMNS : 0, age, age[0] ? " " : "",
                            _(holder_kind_name(holder->kind)));
}

static void put_state(struct draft *d, struct draft_row *r, const struct iface *i)
{
        bool is_full = d->o->level == LAYOUT_FULL;

        if (iface_is_down(i))
                put(r->badges, &r->badge_count, LAYOUT_INK_BAD, LAYOUT_SIGN_NONE, _("down"));
        else if (!i->is_running && i->kind != KIND_BRIDGE) /* a bridge without ports has no carrier: nothing is wrong */
                put(r->badges, &r->badge_count, LAYOUT_INK_BAD, LAYOUT_SIGN_NONE, is_full ? _("no carrier") : "nc");
        if (i->master != NONE && d->g->ifaces[i->master].kind == KIND_BRIDGE && d->g->ifaces[i->master].stp_on &&
            i->port_state != STP_FORWARDING && i->port_state != STP_DISABLED)
                put(r->badges, &r->badge_count, LAYOUT_INK_WARNING, LAYOUT_SIGN_NONE, _(stp_state_name(i->port_state)));
}

/* Lines of a row without its children: its addresses, and what stands below. */
size_t draft_row_lines(const struct draft_row *r)
{
        return (r->address_count ? r->address_count : 1) + (r->below.text ? 1 : 0);
}

void draft_row_badges(struct draft *d, struct draft_row *r)
{
        const struct iface *i = &d->g->ifaces[r->iface];
        bool is_full = d->o->level == LAYOUT_FULL;

        put_state(d, r, i);
        for (size_t n = 0; n < d->g->loan_count; n++) {
                const struct loan *loan = &d->g->loans[n];

                if (loan->iface_index != r->iface || loan->state != LOAN_PENDING)
                        continue;
                if (is_full && d->squeeze >= 2 && r->shape == ROW_IFACE)
                        r->below = (struct badge){LAYOUT_INK_PENDING, LAYOUT_SIGN_PENDING, pending_text(d, loan)};
                else
                        put(r->badges, &r->badge_count, LAYOUT_INK_PENDING, LAYOUT_SIGN_PENDING, pending_text(d, loan));
        }
        if (i->pin_source != PIN_NONE && mac_equal(i->pin, i->mac))
                put(r->badges, &r->badge_count, LAYOUT_INK_DIM, LAYOUT_SIGN_PIN, NULL);
        else if (i->pin_source != PIN_NONE)
                put(r->badges, &r->badge_count, LAYOUT_INK_WARNING, LAYOUT_SIGN_PIN,
                    is_full ? _("MAC not as pinned") : "!");
        if (i->peer_state == PEER_AMBIGUOUS)
                put(r->badges, &r->badge_count, LAYOUT_INK_WARNING, LAYOUT_SIGN_WARNING,
                    is_full ? _("peer ambiguous") : NULL);
        if (i->warning)
                put(r->badges, &r->badge_count, LAYOUT_INK_WARNING, LAYOUT_SIGN_WARNING, is_full ? i->warning : NULL);
}

void draft_box_badges(struct draft *d, struct draft_box *b)
{
        const struct jail *j = &d->g->jails[b->jail];

        if (j->state == JAIL_DYING)
                put(b->badges, &b->badge_count, LAYOUT_INK_PENDING, LAYOUT_SIGN_PENDING, _("dying"));
        else if (j->state == JAIL_HIDDEN)
                put(b->badges, &b->badge_count, LAYOUT_INK_WARNING, LAYOUT_SIGN_WARNING, _("out of sight"));
        else if (j->warning)
                put(b->badges, &b->badge_count, LAYOUT_INK_WARNING, LAYOUT_SIGN_WARNING, _("partial"));
        if (d->o->level == LAYOUT_FULL && j->origin != ORIGIN_NAMED && j->origin != ORIGIN_HOST &&
            j->state == JAIL_ALIVE)
                put(b->badges, &b->badge_count, LAYOUT_INK_DIM, LAYOUT_SIGN_NONE, _(jail_origin_name(j->origin)));
}

/* Whether anything in a jail is worth a second look: then its chip says so. */
bool draft_has_trouble(const struct draft *d, size_t jail)
{
        const struct jail *j = &d->g->jails[jail];

        for (size_t i = j->iface_first; i != NONE; i = d->g->ifaces[i].next) {
                const struct iface *f = &d->g->ifaces[i];

                if (d->shown[i] && (iface_is_down(f) || (!f->is_running && f->role != ROLE_TEE) || f->warning))
                        return true;
        }
        return false;
}
