/* group.c - the groups that verbs fall into, so that a menu of what can be done to a thing has few rows. */
#include <string.h>

#include "core/base/intl.h"
#include "core/verb/verb.h"

/* Letters: none is j or k, which move in menus. */
static const struct {
        const char *title;
        char letter;
} groups[VERB_GROUP_COUNT] = {
        [VERB_GROUP_OTHER] = {"", '\0'},
        [VERB_GROUP_STATE] = {N_("State"), 's'},
        [VERB_GROUP_ADDRESSES] = {N_("Addresses and routes"), 'a'},
        [VERB_GROUP_BRIDGE] = {N_("Bridge"), 'b'},
        [VERB_GROUP_MOVE] = {N_("Move and return"), 'm'},
        [VERB_GROUP_MAC] = {N_("MAC address and pin"), 'p'},
        [VERB_GROUP_NAME] = {N_("Names and groups"), 'r'},
        [VERB_GROUP_ON_TOP] = {N_("Make on top of it"), 'c'},
        [VERB_GROUP_NAT] = {N_("Address translation"), 't'},
        [VERB_GROUP_NETGRAPH] = {N_("Netgraph"), 'n'},
        [VERB_GROUP_MORE] = {N_("More"), 'o'},
        [VERB_GROUP_END] = {N_("Destroy and restart"), 'd'},
};

enum verb_group verb_group_of(const struct verb *v)
{
        if (v->group != VERB_GROUP_OTHER)
                return v->group;
        if (strcmp(v->menu, "Hook") == 0)
                return VERB_GROUP_NETGRAPH;
        return strcmp(v->menu, "Bridge") == 0 ? VERB_GROUP_BRIDGE : VERB_GROUP_MORE;
}

const char *verb_group_title(enum verb_group g)
{
        return groups[g].title;
}

char verb_group_letter(enum verb_group g)
{
        return groups[g].letter;
}
