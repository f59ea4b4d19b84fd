/* test_convert.c - ezjail's variables as jails, with the places of what is wrong; and what a conversion makes of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/dialect/convert.h"
#include "core/dialect/recognise.h"
#include "core/dialect/rcwords.h"

struct box {
        struct source source;
        struct rc_file file;
        struct ezjails jails;
        struct source host_source;
        struct rc_file host;
        struct convert c;
};

static void box_done(struct box *b)
{
        convert_done(&b->c);
        ezjails_done(&b->jails);
        rcconf_done(&b->file);
        rcconf_done(&b->host);
        source_done(&b->source);
        source_done(&b->host_source);
}

static void box_read(struct box *b, const char *text, const char *base)
{
        struct err e = {0};

        b->source = (struct source){.name = "ez", .text = text, .length = strlen(text)};
        assert_int_equal(rcconf_read(&b->source, &b->file, &e), 0);
        if (ezjail_read(&b->file, base, &b->jails, &e) < 0)
                fail_msg("%s", e.what);
        b->c.from = &b->jails;
}

static void box_host(struct box *b, const char *text)
{
        b->host_source = (struct source){.name = "rc.conf", .text = text, .length = strlen(text)};
        assert_int_equal(rcconf_read(&b->host_source, &b->host, NULL), 0);
        b->c.host = &b->host;
}

static void refuses(const char *text, const char *sentence)
{
        CLEANUP(box_done) struct box b = {0};
        struct err e = {0};

        b.source = (struct source){.name = "ez", .text = text, .length = strlen(text)};
        assert_int_equal(rcconf_read(&b.source, &b.file, &e), 0);
        assert_true(ezjail_read(&b.file, "w", &b.jails, &e) < 0);
        if (!strstr(e.what, sentence))
                fail_msg("%s: %s", text, e.what);
        assert_true(b.source.mark.length > 0);
}

static void test_names_and_addresses(void **state)
{
        CLEANUP(box_done) struct box b = {0};
        const struct ezjail *j;

        (void)state;
        box_read(&b,
                 "jail_enable=YES\njail_devfs_enable=YES\njail_interface=em0\n"
                 "jail_a_b_ip=\"10.0.0.2, em1|10.1.0.2/24 , 10.2.0.2 netmask 255.255.0.0\"\n"
                 "jail_a_b_ip_multi0=\"em1|2001:db8::2/64\"\njail_c_hostname=c\n",
                 "");
        assert_int_equal(b.jails.count, 2);
        j = &b.jails.jails[0];
        assert_string_equal(j->name, "a_b");
        assert_int_equal(j->address_count, 4);
        assert_string_equal(j->addresses[0].iface, "em0");
        assert_false(j->addresses[0].has_length);
        assert_string_equal(j->addresses[1].iface, "em1");
        assert_int_equal(j->addresses[1].address.length, 24);
        assert_int_equal(j->addresses[2].address.length, 16);
        assert_true(j->addresses[3].has_length);
        assert_string_equal(ezjail_value(j, "devfs_enable"), "YES");
        assert_string_equal(b.jails.jails[1].hostname, "c");
}

static void test_wrong_addresses(void **state)
{
        (void)state;
        refuses("jail_w_ip=\"re0|10.0.0.2,re0|10.0.0.x\"", "ez:1:29: 10.0.0.x: is not an address");
        refuses("jail_w_ip=\"re0|10.0.0.2,\"", "ez:1:25: an address is missing");
        refuses("jail_w_ip=\"|10.0.0.2\"", "ez:1:12: '' is no interface");
        refuses("jail_w_ip=\"re0|10.0.0.2 mask 1\"", "ez:1:25: 'mask 1' is not understood");
        refuses("jail_w_ip=\"re0|10.0.0.2/255.0.255.0\"", "with a gap");
        refuses("jail_w_ip=\"re0|10.0.0.2/33\"", "ez:1:16: ");
}

static void test_static_numbers(void **state)
{
        CLEANUP(box_done) struct box b = {0};

        (void)state;
        box_read(&b,
                 "jail_a_ip=\"re0|10.0.0.17\"\njail_b_ip=\"re0|10.1.0.17\"\njail_c_ip=\"re0|2001:db8::1\"\n"
                 "jail_d_ip=\"re1|10.0.0.5\"\n",
                 "");
        box_host(&b, "cloned_interfaces=\"bridge0 epair1\"\nifconfig_bridge0=\"addm re1 up\"\n");
        b.c.style = CONVERT_STATIC;
        assert_int_equal(convert_work_out(&b.c, NULL), 0);
        assert_string_equal(b.c.jails[0].ports[0].inner, "epair17b");
        assert_string_equal(b.c.jails[1].ports[0].inner, "epair2b"); /* 17 is taken, 1 is the host's */
        assert_string_equal(b.c.jails[2].ports[0].inner, "epair3b");
        assert_string_equal(b.c.jails[3].ports[0].inner, "epair5b");
        assert_string_equal(b.c.jails[0].ports[0].bridge, "bridge1");
        assert_string_equal(b.c.jails[3].ports[0].bridge, "bridge0"); /* which has re1 already */

        CLEANUP(text_done) struct text t = {0};

        convert_put_host_rc(&b.c, &t);
        assert_non_null(strstr(text_str(&t),
                               "cloned_interfaces=\"bridge0 epair1 bridge1 epair17 epair2 epair3 "
                               "epair5\"\n"));
        assert_non_null(strstr(text_str(&t), "ifconfig_bridge0=\"addm re1 up addm epair5a\"\n"));
}

static bool answers(void *user, const char *iface, const struct prefix *address, uint8_t *ret_length)
{
        (*(int *)user)++;
        (void)iface;
        *ret_length = address->length == 32 ? 24 : 64;
        return true;
}

static void test_prefixes(void **state)
{
        static const char text[] = "jail_a_ip=\"re0|10.0.0.17,re0|2001:db8::1,re0|10.7.0.1/16\"\n"
                                   "jail_b_ip=\"re0|10.0.0.18\"\n";
        int asked = 0;

        (void)state;
        { /* nobody knows: it is left open, and never guessed */
                CLEANUP(box_done) struct box b = {0};
                CLEANUP(text_done) struct text t = {0};

                box_read(&b, text, "");
                assert_int_equal(convert_work_out(&b.c, NULL), 0);
                assert_int_equal(b.c.open_count, 3);
                convert_put_jail_rc(&b.c, &b.c.jails[0], &t);
                assert_non_null(strstr(text_str(&t), "#ASK# ifconfig_e0b_a=\"inet 10.0.0.17/?\""));
                assert_non_null(strstr(text_str(&t), "\nifconfig_e0b_a_alias0=\"inet 10.7.0.1/16\"\n"));
        }
        { /* the host's own address tells, and so does its router */
                CLEANUP(box_done) struct box b = {0};

                box_read(&b, text, "");
                box_host(&b,
                         "ifconfig_re0=\"inet 10.0.0.2 netmask 0xffffff00\"\ndefaultrouter=10.0.0.1\n"
                         "ipv6_defaultrouter=fe80::1%re0\n");
                assert_int_equal(convert_work_out(&b.c, NULL), 0);
                assert_int_equal(b.c.open_count, 1);
                assert_int_equal(b.c.jails[0].ports[0].addresses[0].address.length, 24);
                assert_string_equal(b.c.jails[0].routers[0], "10.0.0.1");
                assert_string_equal(b.c.jails[0].routers[1], "fe80::1%e0b_a");
                assert_null(b.c.jails[1].routers[1]);
        }
        { /* a person is asked once a network */
                CLEANUP(box_done) struct box b = {0};

                box_read(&b, text, "");
                b.c.ask = answers;
                b.c.user = &asked;
                assert_int_equal(convert_add_prefix(&b.c, "re0=64", NULL), 0);
                assert_int_equal(convert_work_out(&b.c, NULL), 0);
                assert_int_equal(asked, 1);
                assert_int_equal(b.c.open_count, 0);
                assert_int_equal(b.c.jails[1].ports[0].addresses[0].address.length, 24);
                assert_true(convert_add_prefix(&b.c, "re0", NULL) < 0);
                assert_true(convert_add_prefix(&b.c, "re0=129", NULL) < 0);
        }
}

static void test_long_names(void **state)
{
        CLEANUP(box_done) struct box b = {0};
        CLEANUP(text_done) struct text t = {0};

        (void)state;
        box_read(
                &b,
                "jail_mail_example_org_ip=\"re0|10.0.0.3\"\njail_mail_example_net_ip=\"re0.7|10.0.0.4,lo0|127.0.0.4\"\n"
                "jail_only_ip=\"lo0|127.0.0.9\"\njail_done_ip=\"\"\njail_done_vnet_interface=e0b_done\n",
                "");
        assert_int_equal(convert_work_out(&b.c, NULL), 0);
        assert_int_equal(b.c.count, 4);
        assert_true(b.c.jails[0].is_vnet_already);
        assert_string_equal(b.c.jails[1].nick, "mail_exampl");
        assert_string_equal(b.c.jails[2].nick, "mail_exam_2");
        assert_string_equal(b.c.jails[2].ports[0].inner, "e0b_mail_exam_2");
        assert_non_null(strstr(text_str(&b.c.said), "longer than an interface's name"));
        convert_put_ezjail(&b.c, &b.c.jails[1], &t);
        assert_non_null(strstr(text_str(&t), "jib addm mail_exampl !re0.7\""));
        text_clear(&t);
        convert_put_summary(&b.c, &t);
        assert_non_null(strstr(text_str(&t), "dropped: lo0|127.0.0.4 (a VNET jail has a loopback of its own)"));
        assert_non_null(strstr(text_str(&t), "only: no address is left"));
        assert_non_null(strstr(text_str(&t), "done: is a VNET jail already"));
}

/* What jailnet writes it reads. */
static void test_written_is_read(void **state)
{
        CLEANUP(box_done) struct box b = {0};
        CLEANUP(text_done) struct text t = {0};
        struct err e = {0};

        (void)state;
        box_read(&b,
                 "# PROVIDE: x\nexport jail_w_ip=\"re0|10.0.0.3/24\"\nexport jail_w_exec_prestart0=\"a \\\"b\\\"\"\n",
                 "w");
        assert_int_equal(convert_work_out(&b.c, NULL), 0);
        convert_put_ezjail(&b.c, &b.c.jails[0], &t);
        assert_true(str_has_prefix(text_str(&t), "# PROVIDE: x\nexport jail_w_exec_prestart0="));

        struct source s = {.name = "w", .text = text_str(&t), .length = t.length};
        struct rc_file f;

        if (rcconf_read(&s, &f, &e) < 0)
                fail_msg("%s", e.what);
        assert_string_equal(rcconf_value(&f, "jail_w_ip"), "");
        assert_string_equal(rcconf_value(&f, "jail_w_exec_prestart0"), "a \"b\"");
        assert_string_equal(rcconf_value(&f, "jail_w_exec_prestart1"), "/usr/local/sbin/jib addm w re0");
        assert_int_equal(recognise(&s), FILE_EZJAIL);
        rcconf_done(&f);
}

static void test_kinds(void **state)
{
        static const struct {
                const char *name, *text;
                enum file_kind kind;
        } rows[] = {
                {"x/rc.conf", "", FILE_RCCONF},
                {"x", "# c\n ifconfig_re0=\"up\"\n", FILE_RCCONF},
                {"x", "export jail_w_ip=\"\"\n", FILE_EZJAIL},
                {"x", "jail_w_ip=\"\"\n", FILE_EZJAIL},
                {"x", "www {\n vnet;\n}\n", FILE_JAILCONF},
                {"x", "path = \"/j/$name\";\n", FILE_JAILCONF},
                {"x", "mkpeer . bridge a link0\n", FILE_NGCTL},
                {"x", "nat on re0 from 10.0.0.0/8 to any -> (re0)\n", FILE_PF},
                {"x", "hello\n", FILE_UNKNOWN},
                {"x", "", FILE_UNKNOWN},
        };

        (void)state;
        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                struct source s = {.name = rows[i].name, .text = rows[i].text, .length = strlen(rows[i].text)};

                if (recognise(&s) != rows[i].kind)
                        fail_msg("%s: %s", rows[i].text, file_kind_name(recognise(&s)));
        }

        CLEANUP(freep) char *jail = recognise_jail("/usr/jails/www/etc/rc.conf");

        assert_string_equal(jail, "www");
        assert_null(recognise_jail("/etc/rc.conf"));
        assert_null(recognise_jail("rc.conf"));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_names_and_addresses),
                cmocka_unit_test(test_wrong_addresses),
                cmocka_unit_test(test_static_numbers),
                cmocka_unit_test(test_prefixes),
                cmocka_unit_test(test_long_names),
                cmocka_unit_test(test_written_is_read),
                cmocka_unit_test(test_kinds),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
