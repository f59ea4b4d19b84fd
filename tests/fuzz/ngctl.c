/*
 * ngctl.c - bytes from anywhere as a script of ngctl, as an address and as a message's arguments: nothing may crash,
 * hang, or plan what the session then cannot end. The first byte says how strict it is.
 *
 * Built with libFuzzer where clang has it (fuzz_ngctl CORPUS-FOLDER), and with driver.c everywhere.
 */
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "core/dialect/ngctl_parts.h"
#include "core/graph/path.h"
#include "tests/lib/topo.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
        const uint8_t *data;
        size_t size;
};

static int read_input(struct dialect *d, const char *path, char **ret, size_t *ret_length, struct err *e)
{
        const struct input *in = d->services->user;

        if (strcmp(path, "-") != 0)
                return err_set(e, -ENOENT, "%s: is not there", path);
        *ret = xcalloc(in->size + 1, 1);
        memcpy(*ret, in->data, in->size);
        *ret_length = in->size;
        return 0;
}

static void ignore_word(void *user, const char *word)
{
        (void)user;
        (void)word;
}

static void fuzz_parsers(const struct graph *g, const char *text)
{
        CLEANUP(value_fields_done) struct value_fields fields = {0};
        struct path_parts parts = {0};
        char string[HOOK_NAME_SIZE];
        int64_t number;
        size_t node;
        uint32_t id;

        if (path_split(text, &parts) == 0 && parts.hooks_length > strlen(text))
                abort();
        (void)path_resolve(g, 0, 0, text, &node);
        (void)path_parse_id(text, &id);
        (void)value_parse_struct(text, &fields);
        (void)value_parse_string(text, string, sizeof(string));
        (void)value_parse_number(text, INT32_MIN, INT32_MAX, &number);
}

static void fuzz_session(const struct graph *g, struct input *in, bool is_strict, const char *text)
{
        struct dialect_services services = {.read_file = read_input, .user = in};
        struct ngctl *n = ngctl_new("fuzz", 1);
        struct dialect d;
        int status;

        dialect_init(&d, g, "host", is_strict);
        d.services = &services;
        ngctl_begin(n, &d);
        (void)ngctl_complete(n, text, 100, ignore_word, NULL);
        status = ngreader_file(n, "-", true);
        if (status == NGCTL_DONE || status == NGCTL_QUIT)
                (void)ngctl_end(n);
        plan_free(dialect_finish(&d, "ngctl", "ngctl"));
        ngctl_free(n);
        dialect_done(&d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static const struct graph *g;

        if (!g)
                g = topo_eiface();
        if (size == 0)
                return 0;

        CLEANUP(freep) char *text = xstrndup((const char *)data + 1, size - 1);
        struct input in = {.data = data + 1, .size = size - 1};

        fuzz_parsers(g, text);
        fuzz_session(g, &in, data[0] & 1, text);
        return 0;
}
