/*
 * driver.c - runs a fuzz target without libFuzzer: each file of a corpus, then mutations of them, the same ones each
 * time. driver FOLDER [COUNT]; JAILNET_FUZZ=COUNT in the environment makes it longer.
 */
#include <dirent.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/text.h"

#define MUTATIONS   10000
#define INPUT_MAX   16384
#define NOISE_BYTES (10u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct sample {
        uint8_t *bytes;
        size_t length;
};

static uint64_t state = UINT64_C(0x9e3779b97f4a7c15);

/* xorshift64: the order of cases must not depend on the C library. */
static uint64_t next_random(void)
{
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        return state;
}

static size_t below(size_t limit)
{
        return limit ? (size_t)(next_random() % limit) : 0;
}

static struct sample read_sample(const char *path)
{
        struct sample s = {.bytes = xcalloc(1, INPUT_MAX)};
        FILE *f = fopen(path, "re");

        if (f) {
                s.length = fread(s.bytes, 1, INPUT_MAX, f);
                (void)fclose(f); /* only read from */
        }
        return s;
}

static size_t read_corpus(const char *folder, struct sample **ret)
{
        struct sample *samples = NULL;
        size_t count = 0, capacity = 0;
        DIR *d = opendir(folder);

        for (struct dirent *entry; d && (entry = readdir(d));) {
                CLEANUP(freep) char *path = xasprintf("%s/%s", folder, entry->d_name);

                if (entry->d_name[0] == '.')
                        continue;
                samples = array_grow(samples, &capacity, count, sizeof(*samples));
                samples[count++] = read_sample(path);
        }
        if (d)
                (void)closedir(d); /* only read from */
        *ret = samples;
        return count;
}

/* A few bytes changed, put in, taken out, or a piece of another sample. */
static size_t mutate(uint8_t *bytes, size_t length, const struct sample *other)
{
        static const char *const pieces[] = {"\n",      ":",        ".",    "[",     "]",       "{ ",
                                             " }",      "/*",       "*/",   "#",     "\r\n",    "link",
                                             "mkpeer ", "connect ", "msg ", "name ", "rmhook ", "shutdown "};

        for (size_t k = 1 + below(6); k > 0; k--) {
                size_t at = below(length + 1), n;

                switch (below(5)) {
                case 0:
                        if (at < length)
                                bytes[at] = (uint8_t)next_random();
                        break;
                case 1:
                        n = below(8);
                        n = n > length - at ? length - at : n;
                        memmove(bytes + at, bytes + at + n, length - at - n);
                        length -= n;
                        break;
                case 2: {
                        const char *piece = pieces[below(ARRAY_SIZE(pieces))];

                        n = strlen(piece);
                        if (length + n > INPUT_MAX)
                                break;
                        memmove(bytes + at + n, bytes + at, length - at);
                        memcpy(bytes + at, piece, n);
                        length += n;
                        break;
                }
                case 3:
                        n = below(other->length);
                        if (length + n > INPUT_MAX)
                                break;
                        memmove(bytes + at + n, bytes + at, length - at);
                        memcpy(bytes + at, other->bytes + below(other->length - n), n);
                        length += n;
                        break;
                default: length = at; break;
                }
        }
        return length;
}

static void run_noise(void)
{
        uint8_t *bytes = xcalloc(1, NOISE_BYTES);

        for (size_t i = 0; i < NOISE_BYTES; i++)
                bytes[i] = (uint8_t)next_random();
        for (uint8_t strict = 0; strict < 2; strict++) {
                bytes[0] = strict;
                (void)LLVMFuzzerTestOneInput(bytes, NOISE_BYTES);
        }
        memset(bytes + 1, 'x', NOISE_BYTES - 1); /* one line */
        (void)LLVMFuzzerTestOneInput(bytes, NOISE_BYTES);
        free(bytes);
}

int main(int argc, char **argv)
{
        const char *longer = getenv("JAILNET_FUZZ");
        uint32_t mutations = MUTATIONS;
        struct sample *samples;
        size_t count = argc > 1 ? read_corpus(argv[1], &samples) : 0;
        uint8_t *bytes = xcalloc(1, INPUT_MAX);

        if (count == 0) {
                (void)fprintf(stderr, "usage: %s FOLDER [COUNT]: the folder has no samples\n", argv[0]);
                free(bytes);
                return 2;
        }
        if (argc > 2)
                (void)str_to_u32(argv[2], UINT32_MAX, &mutations); /* a wrong number leaves the usual one */
        else if (longer)
                (void)str_to_u32(longer, UINT32_MAX, &mutations); /* the same */
        for (size_t i = 0; i < count; i++)
                (void)LLVMFuzzerTestOneInput(samples[i].bytes, samples[i].length);
        for (uint32_t k = 0; k < mutations; k++) {
                const struct sample *s = &samples[below(count)];

                memcpy(bytes, s->bytes, s->length);
                (void)LLVMFuzzerTestOneInput(bytes, mutate(bytes, s->length, &samples[below(count)]));
        }
        run_noise();
        (void)printf("%zu samples, %" PRIu32 " mutations, 10 MiB of noise\n", count, mutations);
        for (size_t i = 0; i < count; i++)
                free(samples[i].bytes);
        free(samples);
        free(bytes);
        return 0;
}
