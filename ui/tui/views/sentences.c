/*
 * sentences.c - whole sentences of the planner's, in the words of one system: what is wrong and what to do, and the
 * consequences of a plan. They are changed before names are set into them, so that no name is ever taken for a word.
 */
#include "ui/tui/views/sentences.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/intl.h"
#include "core/base/text.h"
#include "ui/tui/views/describe.h"

/* Phrases with a command, or with a word that the other system has not. The first that fits is taken. */
static const struct phrase {
        const char *own, *in_freebsd, *in_linux; /* NULL: the same */
} phrases[] = {
        {"no such interface; jailnet show lists them", "no such interface; ifconfig -l lists them",
         "no such interface; ip link lists them"},
        {"no such jail; jailnet show lists them", "no such jail; jls lists them",
         "no such namespace; ip netns lists them"},
        {"no such node; jailnet show lists them", "no such node; ngctl list lists them", NULL},
        {"no such hook on the way; jailnet show lists them", "no such hook on the way; ngctl list -l lists them", NULL},
        {"interface or node; jailnet show lists them", "interface or node; jls, ifconfig -l and ngctl list list them",
         NULL},
        {"is empty; jailnet show lists them", "is empty; jls lists them", "is empty; ip netns lists them"},
        {"create bridge NAME makes one", "ifconfig bridge create name NAME makes one",
         "ip link add NAME type bridge makes one"},
        {"create epair makes a pair over two", "ifconfig epair create makes a pair, vnet moves its end",
         "ip link add type veth makes a pair over two"},
        {"create node vlan makes one", "ngctl mkpeer vlan HOOK HOOK makes one", NULL},
        {"address add gives it one", "ifconfig IF inet ADDR/LEN alias gives it one",
         "ip address add ADDR/LEN dev IF gives it one"},
        {"attach an epair or an eiface", "addm an epair or an eiface", NULL},
        {"attach it first", "addm it first", NULL},
        {"detach it first", "deletem it first", NULL},
        {"detach it to use them", "deletem it to use them", NULL},
        {"nothing to detach", "nothing to deletem", NULL},
        {" or attach its peer ", " or addm its peer ", NULL},
        {"is attached to", "is a member of", "is a port of"},
        {"disconnect it first", "rmhook it first", NULL},
        {"disconnect and connect", "rmhook and connect", NULL},
        {"'connect A:link B:link' joins two", "'ngctl connect A: B: link link' joins two", NULL},
        {"'move' lends it to a jail", "'ifconfig IF vnet JAIL' lends it to a jail",
         "'ip link set IF netns NAME' moves it to a namespace"},
        {"'name' gives it another name", "'ngctl name' gives it another name", NULL},
        {"'pin' sets one", "'ifconfig IF ether MAC' sets one", NULL},
        {"span off ends that", "ifconfig BRIDGE -span IF ends that", NULL},
        {"filter del takes it away", "ngctl msg NODE: delfilter takes it away", NULL},
};

static char *reword(const char *s)
{
        bool is_freebsd = describe_used_words() == PLAN_WORDS_FREEBSD;
        CLEANUP(text_done) struct text t = {0};

        while (*s) {
                const char *other = NULL;
                size_t length = 1;

                for (size_t k = 0; !other && k < ARRAY_SIZE(phrases); k++) {
                        const struct phrase *p = &phrases[k];

                        if (!str_has_prefix(s, p->own) || !(other = is_freebsd ? p->in_freebsd : p->in_linux))
                                continue;
                        length = strlen(p->own);
                }
                if (other)
                        text_put(&t, other);
                else
                        text_put_char(&t, *s);
                s += length;
        }
        if (is_freebsd)
                return xstrdup(text_str(&t));

        char words[WORDED_SIZE];

        /* What would be cut could lose half of a conversion. */
        return xstrdup(t.length < WORDED_SIZE / 2 ? describe_command(text_str(&t), words) : text_str(&t));
}

/* Plans are made by several threads, and a sentence is borrowed for ever: each is worded once. */
static struct {
        pthread_mutex_t lock;
        struct worded {
                const char *own;
                enum plan_words words;
                char *text;
        } * items;
        size_t count, capacity;
} known = {.lock = PTHREAD_MUTEX_INITIALIZER};

const char *sentence_worded(const char *s)
{
        enum plan_words words = describe_used_words();
        const char *found = NULL;

        if (words == PLAN_WORDS_BOTH)
                return s;
        (void)pthread_mutex_lock(&known.lock);
        for (size_t k = 0; !found && k < known.count; k++)
                if (known.items[k].own == s && known.items[k].words == words)
                        found = known.items[k].text;
        if (!found) {
                struct worded new = {.own = s, .words = words, .text = reword(s)};

                known.items = array_grow(known.items, &known.capacity, known.count, sizeof(*known.items));
                known.items[known.count++] = new;
                found = new.text;
        }
        (void)pthread_mutex_unlock(&known.lock);
        return strcmp(found, s) == 0 ? s : found;
}
