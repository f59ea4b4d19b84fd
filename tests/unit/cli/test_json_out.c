/* Proves that what is written as it is told is byte for byte what jansson makes of the same document, and that foreign
 * text is written whole and harms no terminal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "core/base/text.h"
#include "ui/cli/json_sections.h"

struct written {
        char *s;
        size_t size;
        FILE *file;
        struct json_out w;
};

static void begin(struct written *d, bool is_indented)
{
        d->file = open_memstream(&d->s, &d->size);
        assert_non_null(d->file);
        json_out_begin(&d->w, d->file, is_indented);
}

static void end(struct written *d, const char *expected)
{
        assert_int_equal(json_out_end(&d->w), 0);
        (void)fclose(d->file);
        assert_string_equal(d->s, expected);
        free(d->s);
}

static void documents_are_as_jansson_writes_them(void **state)
{
        static const char *const documents[] = {
                "{}",
                "[]",
                "[[],{},[[]],{\"a\":{}}]",
                "{\"a\":1,\"b\":[1,-2,\"three\",null,true,false],\"c\":{\"d\":{\"e\":[]}}}",
                "[0,-1,9223372036854775807,-9223372036854775808,1.5,1e300]",
                "[\"quote \\\" backslash \\\\ slash / bell\",\"tab\\t newline\\n \\b\\f\\r\",\"\xc3\xa4\xe2\x82\xac\"]",
                "\"alone\"",
        };

        (void)state;
        for (size_t i = 0; i < 2 * ARRAY_SIZE(documents); i++) {
                bool is_indented = i % 2;
                json_t *j = json_loads(documents[i / 2], JSON_DECODE_ANY, NULL);
                CLEANUP(text_done) struct text expected = {0};
                struct written d = {0};

                assert_non_null(j);
                CLEANUP(freep) char *s = json_dumps(j, (is_indented ? JSON_INDENT(2) : JSON_COMPACT) | JSON_ENCODE_ANY);

                text_put(&expected, s);
                text_put_char(&expected, '\n');
                begin(&d, is_indented);
                json_out_value(&d.w, NULL, j);
                end(&d, text_str(&expected));
                json_decref(j);
        }
}

static void foreign_text_harms_nothing(void **state)
{
        struct written d = {0};

        (void)state;
        begin(&d, false);
        json_out_open(&d.w, NULL, '[');
        json_out_string(&d.w, NULL, "\033[2J\x01\x7f");
        json_out_string(&d.w, NULL, "\xc2\x9b right\xe2\x80\xaeto left \xf3\xa0\x80\x81");
        json_out_string(&d.w, NULL, "broken \xff \"and\" \033"); /* no text at all: made visible */
        json_out_string(&d.w, NULL, NULL);
        json_out_string(&d.w, NULL, "");
        json_out_close(&d.w, ']');
        end(&d,
            "[\"\\u001b[2J\\u0001\\u007f\",\"\\u009b right\\u202eto left \\udb40\\udc01\","
            "\"broken \\\\xff \\\"and\\\" \\\\x1b\",null,\"\"]\n");
}

static void values_say_what_they_are(void **state)
{
        struct written d = {0};

        (void)state;
        begin(&d, true);
        json_out_open(&d.w, NULL, '{');
        json_out_id(&d.w, "id", 0x1e);
        json_out_count(&d.w, "known", true, 0);
        json_out_count(&d.w, "unknown", false, 7);
        json_out_count(&d.w, "beyond", true, UINT64_MAX);
        json_out_int(&d.w, "least", INT64_MIN);
        json_out_bool(&d.w, "yes", true);
        json_out_open(&d.w, "none", '[');
        json_out_close(&d.w, ']');
        json_out_close(&d.w, '}');
        end(&d,
            "{\n  \"id\": \"0000001e\",\n  \"known\": 0,\n  \"unknown\": null,\n  \"beyond\": null,\n"
            "  \"least\": -9223372036854775808,\n  \"yes\": true,\n  \"none\": []\n}\n");
}

/* Longer than what is kept before it goes out, and ending at each place in it. */
static void nothing_is_lost_at_the_buffers_end(void **state)
{
        (void)state;
        for (size_t length = JSON_OUT_ROOM - 8; length < JSON_OUT_ROOM + 8; length++) {
                CLEANUP(freep) char *s = xcalloc(length + 1, 1), *expected = NULL;
                struct written d = {0};

                memset(s, 'x', length);
                expected = xasprintf("[\"%s\",\"%s\"]\n", s, s);
                begin(&d, false);
                json_out_open(&d.w, NULL, '[');
                json_out_string(&d.w, NULL, s);
                json_out_string(&d.w, NULL, s);
                json_out_close(&d.w, ']');
                end(&d, expected);
        }
}

/* Pieces that were made apart are as if they had been written one after the other; one without anything leaves none. */
static void pieces_are_one_text(void **state)
{
        (void)state;
        for (int is_indented = 0; is_indented < 2; is_indented++) {
                struct json_out piece = {0};
                struct written d = {0};

                begin(&d, is_indented);
                json_out_open(&d.w, NULL, '{');
                json_out_begin_piece(&piece, &d.w, 1);
                json_out_open(&d.w, "items", '[');
                json_out_piece(&d.w, &piece);
                json_out_int(&piece, NULL, 1);
                json_out_int(&piece, NULL, 2);
                json_out_piece(&d.w, &piece);
                json_out_begin_piece(&piece, &d.w, 0);
                json_out_open(&piece, NULL, '[');
                json_out_close(&piece, ']');
                json_out_piece(&d.w, &piece);
                json_out_close(&d.w, ']');
                json_out_begin_piece(&piece, &d.w, 0);
                json_out_null(&piece, "behind");
                json_out_piece(&d.w, &piece);
                json_out_end_piece(&piece);
                json_out_close(&d.w, '}');
                end(&d,
                    is_indented ? "{\n  \"items\": [\n    1,\n    2,\n    []\n  ],\n  \"behind\": null\n}\n"
                                : "{\"items\":[1,2,[]],\"behind\":null}\n");
        }
}

/* As many as two threads take, in their order; some of them put nothing. */
static void put_number_but_sevens(struct json_out *w, const void *context, size_t item)
{
        (void)context;
        if (item % 10 != 7)
                json_out_int(w, NULL, (int64_t)item);
}

static void put_member(struct json_out *w, const void *context, size_t item)
{
        (void)context;
        (void)item;
        json_out_string(w, "member", "x");
}

static void sections_are_in_their_order(void **state)
{
        static const size_t counts[] = {0, 1, 64, 65, 1000, 10000};

        (void)state;
        for (size_t k = 0; k < 2 * ARRAY_SIZE(counts); k++) {
                size_t count = counts[k / 2];
                const struct json_section sections[] = {{"numbers", count, put_number_but_sevens},
                                                        {NULL, 1, put_member},
                                                        {"none", 0, put_number_but_sevens}};
                CLEANUP(text_done) struct text expected = {0};
                bool is_indented = k % 2;
                const char *comma = "";
                struct written d = {0};

                begin(&d, is_indented);
                json_out_open(&d.w, NULL, '{');
                json_sections_put(&d.w, sections, ARRAY_SIZE(sections), &d);
                json_out_close(&d.w, '}');
                text_put(&expected, is_indented ? "{\n  \"numbers\": [" : "{\"numbers\":[");
                for (size_t i = 0; i < count; i++) {
                        if (i % 10 == 7)
                                continue;
                        text_putf(&expected, "%s%s%zu", comma, is_indented ? "\n    " : "", i);
                        comma = ",";
                }
                text_put(&expected, is_indented && count ? "\n  " : "");
                text_put(&expected,
                         is_indented ? "],\n  \"member\": \"x\",\n  \"none\": []\n}\n"
                                     : "],\"member\":\"x\",\"none\":[]}\n");
                end(&d, text_str(&expected));
        }
}

static void a_full_disk_is_told(void **state)
{
        FILE *full = fopen("/dev/full", "w");
        struct json_out w, piece = {0};

        (void)state;
        assert_non_null(full);
        (void)setvbuf(full, NULL, _IONBF, 0);
        json_out_begin(&w, full, false);
        json_out_int(&w, NULL, 1);
        assert_int_equal(json_out_end(&w), -EIO);
        json_out_begin(&w, full, false);
        json_out_begin_piece(&piece, &w, 0);
        json_out_int(&piece, NULL, 1);
        json_out_piece(&w, &piece);
        json_out_end_piece(&piece);
        assert_int_equal(json_out_end(&w), -EIO);
        (void)fclose(full);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(documents_are_as_jansson_writes_them),
                cmocka_unit_test(foreign_text_harms_nothing),
                cmocka_unit_test(values_say_what_they_are),
                cmocka_unit_test(nothing_is_lost_at_the_buffers_end),
                cmocka_unit_test(pieces_are_one_text),
                cmocka_unit_test(sections_are_in_their_order),
                cmocka_unit_test(a_full_disk_is_told),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
