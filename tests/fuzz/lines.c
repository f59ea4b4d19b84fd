/*
 * lines.c - bytes from anywhere as what /proc shows of processes that others named, as a rule of address translation
 * that came from the kernel or the inventory, and as a plan in JSON, as the journal and another jailnet hand it over:
 * nothing may crash, and what was taken can be written and is taken again.
 *
 * Built with driver.c.
 */
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "core/graph/nat_rule.h"
#include "core/kernel/holders.h"
#include "core/kernel/tasks.h"
#include "core/plan/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_proc(const char *text)
{
        struct task_stat stat;
        uint64_t inode;
        uid_t uid;
        char path[64];

        (void)tasks_parse_net(text, &inode);
        if (tasks_parse_mount(text, &inode, path, sizeof(path)) && strnlen(path, sizeof(path)) == sizeof(path))
                abort();
        (void)tasks_parse_stat(text, &stat);
        (void)tasks_parse_uid(text, &uid);
        (void)socket_parse(text, &inode);
}

static void fuzz_rule(const char *text)
{
        CLEANUP(text_done) struct text t = {0};
        struct nat_rule rule, again;
        char buf[NAT_TEXT_SIZE];

        if (nat_rule_parse(text, &rule, NULL) < 0)
                return;
        nat_rule_format(&rule, buf);
        if (nat_rule_parse(buf, &again, NULL) < 0)
                abort();
        (void)nat_rule_chain(&rule);
        nat_rule_put_nft(&rule, &t);
        nat_rule_put_pf(&rule, &t);
}

static void fuzz_plan(const char *text, size_t size)
{
        json_t *j = json_loadb(text, size, 0, NULL);
        struct plan *p = NULL, *again = NULL;

        if (j && plan_from_json(j, &p, NULL) == 0) {
                json_t *written = plan_to_json(p);

                if (plan_from_json(written, &again, NULL) < 0)
                        abort();
                json_decref(written);
        }
        plan_free(again);
        plan_free(p);
        json_decref(j);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        CLEANUP(freep) char *text = xcalloc(size + 1, 1); /* its end is where a reader would run over */

        memcpy(text, data, size);
        fuzz_proc(text);
        fuzz_rule(text);
        fuzz_plan(text, size);
        return 0;
}
