/*
 * describe.h - the words that views use for things: kinds, states, rates, what an interface is joined to. Pure.
 */
#ifndef UI_TUI_VIEWS_DESCRIBE_H
#define UI_TUI_VIEWS_DESCRIBE_H

#include "core/base/text.h"
#include "core/graph/graph.h"
#include "core/plan/plan.h"
#include "ui/tui/canvas.h"

/* "bridge", "epair", "eiface", "vlan 20", "physical": FreeBSD's word where jailnet made it. */
void describe_kind(struct text *t, const struct iface *i);

/* Whose names kinds have from now on: FreeBSD's, Linux's, or of each what says more. There is one console a process. */
void describe_use_words(enum plan_words words);
enum plan_words describe_used_words(void);

/*
 * describe_words - a text of the program's own (a label, a help sentence), in these words and the user's language.
 *
 *   shape    s itself where nothing changes, else buf; cut where it does not fit
 */
#define WORDED_SIZE 256
const char *describe_words(const char *s, char buf[WORDED_SIZE]);

/* The same for what is typed, which is the same in every language: a verb's words. */
const char *describe_command(const char *s, char buf[WORDED_SIZE]);

/* A typed line that begins with a verb as these words call it, with the verb's own: "create namespace" is "create
 * jail". NULL: it does not. Caller frees. */
char *describe_typed(const char *line);

/* A verb's title for menus and forms, in these words: "Create epair...", "Create veth pair...". */
const char *describe_title(const struct verb *v);

/* "up", "down", "no carrier", "up blocking"; the style that goes with it and the sign (enum sign) are set too. */
const char *describe_state(const struct iface *i, enum style *ret_style, enum sign *ret_sign);

/* "1.2 Mb/s" in bits per second, "?" while unknown, "-" for nothing. */
#define RATE_TEXT_SIZE 16
const char *describe_rate(uint64_t Bps, char buf[RATE_TEXT_SIZE]);

/* "3.4 GB", "?" unknown. */
const char *describe_bytes(uint64_t bytes, char buf[RATE_TEXT_SIZE]);

/* The far end of one hook: "www/epair0b", "lan0 link2"; foreign text, raw. */
void describe_hook_peer(struct text *t, const struct graph *g, size_t hook);

/* All that an interface is joined to, separated by ", "; "out of sight" and "ambiguous" said in words. */
void describe_joined(struct text *t, const struct graph *g, size_t iface);

/* Addresses separated by blanks; link-local ones only where there is nothing else or all is set. */
void describe_addresses(struct text *t, const struct iface *i, bool all);

/* What becomes of an interface when its jail ends: "returns to the host as eth1", "dies with its jail". */
void describe_fate(struct text *t, const struct graph *g, size_t iface);

#endif
