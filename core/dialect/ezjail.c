/* ezjail.c - the variables of ezjail's files, jail by jail. */
#include "core/dialect/ezjail.h"

#include <errno.h>
#include <string.h>

#include "core/dialect/rcwords.h"

struct key {
        const char *name;
        bool is_indexed; /* a number may follow */
};

static const struct key keys[] = {
        {"hostname", false},
        {"rootdir", false},
        {"ip", false},
        {"ip_multi", true},
        {"interface", false},
        {"vnet_interface", false},
        {"vnet_interfaces", false},
        {"vnet_enable", false},
        {"exec", false},
        {"exec_prestart", true},
        {"exec_start", false},
        {"exec_afterstart", true},
        {"exec_stop", false},
        {"exec_poststart", true},
        {"exec_prestop", true},
        {"exec_poststop", true},
        {"devfs_enable", false},
        {"devfs_ruleset", false},
        {"fdescfs_enable", false},
        {"procfs_enable", false},
        {"mount_enable", false},
        {"fstab", false},
        {"fib", false},
        {"flags", false},
        {"consolelog", false},
        {"socket_unixiproute_only", false},
        {"parameters", false},
        {"image", false},
        {"imagetype", false},
        {"attachparams", false},
        {"attachblocking", false},
        {"forceblocking", false},
        {"zfs_datasets", false},
        {"cpuset", false},
        {"post_start_script", false},
        {"retention_policy", false},
        {"parentzfs", false},
};

/* Bytes of s that are the key's name and, of an indexed one, its number; 0 when s is something else. */
static bool is_key_text(const struct key *k, const char *s)
{
        size_t n = strlen(k->name);

        if (strncmp(s, k->name, n) != 0)
                return false;
        s += n;
        if (k->is_indexed)
                s += strspn(s, "0123456789");
        return *s == '\0';
}

/* The length of NAME in jail_NAME_KEY, by the longest key that fits; 0 when it is no jail's variable. */
static size_t name_in(const char *variable)
{
        const char *rest = variable + strlen("jail_");
        size_t shortest = 0;

        if (!str_has_prefix(variable, "jail_"))
                return 0;
        for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
                for (const char *s = strchr(rest, '_'); s; s = strchr(s + 1, '_'))
                        if (s > rest && is_key_text(&keys[i], s + 1) && (!shortest || (size_t)(s - rest) < shortest))
                                shortest = (size_t)(s - rest);
        /* jail_devfs_enable is the default of all jails, not jail "devfs". */
        for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
                if (is_key_text(&keys[i], rest))
                        return 0;
        return shortest;
}

bool ezjail_is_described(const struct rc_file *f)
{
        for (size_t i = 0; i < f->count; i++)
                if (name_in(f->variables[i].name))
                        return true;
        return false;
}

const struct rc_variable *ezjail_find(const struct ezjail *j, const char *key)
{
        const struct rc_variable *v = rcconf_findf(j->file, "jail_%s_%s", j->name, key);

        return v ? v : rcconf_findf(j->file, "jail_%s", key);
}

const char *ezjail_value(const struct ezjail *j, const char *key)
{
        const struct rc_variable *v = ezjail_find(j, key);

        return v ? v->value : NULL;
}

bool ezjail_is_key(const struct ezjail *j, const struct rc_variable *v, const char *key)
{
        size_t n = strlen(j->name);

        if (!str_has_prefix(v->name, "jail_") || strncmp(v->name + 5, j->name, n) != 0 || v->name[5 + n] != '_')
                return false;
        for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
                if (strcmp(keys[i].name, key) == 0)
                        return is_key_text(&keys[i], v->name + 5 + n + 1);
        return false;
}

/* -- Addresses --------------------------------------------------------------------------------------------------- */

static size_t trimmed(const char *s, size_t n)
{
        while (n > 0 && strchr(" \t\r\n", s[n - 1]))
                n--;
        return n;
}

/* [IF|]ADDR[/LEN| netmask M]: n bytes of v's value from `at`. */
static int read_address(struct ezjail *j, const struct rc_variable *v, size_t at, size_t n, struct err *e)
{
        const char *s = v->value + at, *bar = memchr(s, '|', n);
        const char *iface = ezjail_value(j, "interface");
        struct ezjail_address a = {.variable = v, .at = at};

        if (bar) {
                size_t length = (size_t)(bar - s);
                CLEANUP(freep) char *name = xstrndup(s, length);

                if (length == 0 || length >= 16 || strcspn(name, " \t/") != length)
                        return rcconf_fail(j->file, v, at, e, "'%s' is no interface's name; write IF|ADDR", name);
                iface = arena_strdup(&j->file->arena, name);
                a.at += length + 1;
                n -= length + 1;
                s = bar + 1;
        }
        a.iface = iface ? iface : "";

        size_t word = strcspn(s, " \t");
        CLEANUP(freep) char *text = xstrndup(s, word < n ? word : n);

        if (!*text)
                return rcconf_fail(j->file, v, a.at, e, "an address is missing here; write [IF|]ADDR[/LEN]");
        if (rcwords_address(text, &a.address, &a.has_length, e) < 0)
                return rcconf_wrap(j->file, v, a.at, e);
        if (word < n) {
                CLEANUP(freep) char *rest = xstrndup(s + word, n - word);
                const char *mask = rest + strspn(rest, " \t");
                size_t place = a.at + word + (size_t)(mask - rest);

                if (!str_has_prefix(mask, "netmask "))
                        return rcconf_fail(j->file, v, place, e, "'%s' is not understood; write [IF|]ADDR[/LEN]", mask);
                mask += strlen("netmask ");
                mask += strspn(mask, " \t");
                if (rcwords_netmask(mask, &a.address.length, e) < 0)
                        return rcconf_wrap(j->file, v, place, e);
                a.has_length = true;
        }
        if (a.address.length == prefix_bits(a.address.family))
                a.has_length = false; /* an alias's own: it says nothing of the network */
        j->addresses = array_grow(j->addresses, &j->address_capacity, j->address_count, sizeof(*j->addresses));
        j->addresses[j->address_count++] = a;
        return 0;
}

static int read_addresses(struct ezjail *j, const struct rc_variable *v, struct err *e)
{
        size_t at = 0;

        if (v->value[strspn(v->value, " \t\r\n")] == '\0')
                return 0;
        for (;;) {
                size_t n = strcspn(v->value + at, ",");
                size_t blank = strspn(v->value + at, " \t\r\n");

                if (blank > n)
                        blank = n;

                int r = read_address(j, v, at + blank, trimmed(v->value + at + blank, n - blank), e);

                if (r < 0 || !v->value[at + n])
                        return r;
                at += n + 1;
        }
}

/* -- Jails ------------------------------------------------------------------------------------------------------- */

static int read_jail(struct ezjail *j, struct ezjails *all, struct err *e)
{
        const struct rc_variable *v = rcconf_findf(j->file, "jail_%s_ip", j->name);
        int r = v ? read_addresses(j, v, e) : 0;

        for (unsigned n = 0; r == 0 && (v = rcconf_findf(j->file, "jail_%s_ip_multi%u", j->name, n)); n++)
                r = read_addresses(j, v, e);
        j->hostname = ezjail_value(j, "hostname");
        j->rootdir = ezjail_value(j, "rootdir");
        j->vnet_interface = ezjail_value(j, "vnet_interface");
        if (!j->vnet_interface && ezjail_value(j, "vnet_interfaces")) {
                j->vnet_interface = ezjail_value(j, "vnet_interfaces");
                text_putf(&all->said,
                          "%s: FreeBSD reads vnet_interface, without an s; vnet_interfaces is taken for it\n", j->name);
        }
        if (j->vnet_interface && *j->vnet_interface && j->address_count)
                text_putf(&all->said, "%s: has addresses in ip, so that FreeBSD does not use its vnet_interface\n",
                          j->name);
        return r;
}

static struct ezjail *find_jail(struct ezjails *all, const char *name)
{
        for (size_t i = 0; i < all->count; i++)
                if (strcmp(all->jails[i].name, name) == 0)
                        return &all->jails[i];
        return NULL;
}

/* A variable of the file's own jail, whatever its key is. */
static size_t name_by_file(const struct rc_variable *v, const char *base)
{
        size_t n = strlen(base);

        if (n && str_has_prefix(v->name, "jail_") && strncmp(v->name + 5, base, n) == 0 && v->name[5 + n] == '_')
                return n;
        return 0;
}

/* rc.conf's jail_list names the jails that there are; what variables cannot have is "_" in them (rc.d/jail). */
static bool is_listed(struct rc_file *f, const char *name)
{
        const struct rc_variable *v = rcconf_find(f, "jail_list");
        size_t at = 0, place;
        const char *word;

        if (!v || v->value[strspn(v->value, " \t\r\n")] == '\0')
                return true;
        while ((word = rcconf_word(f, v, &at, &place)))
                if (strcmp(rcconf_mangle(&f->arena, word), name) == 0)
                        return true;
        return false;
}

static bool is_left_out(struct rc_file *f, const char *name, struct ezjails *all)
{
        if (is_listed(f, name))
                return false;

        CLEANUP(freep) char *sentence = xasprintf("%s: is not in jail_list; it is left out\n", name);

        if (!strstr(text_str(&all->said), sentence))
                text_put(&all->said, sentence);
        return true;
}

int ezjail_read(struct rc_file *f, const char *base, struct ezjails *ret, struct err *e)
{
        size_t first = ret->count;

        for (size_t i = 0; i < f->count; i++) {
                const struct rc_variable *v = &f->variables[i];
                size_t n = name_by_file(v, base);

                if (!n)
                        n = name_in(v->name);
                if (!n)
                        continue;

                CLEANUP(freep) char *name = xstrndup(v->name + 5, n);
                struct ezjail *known = find_jail(ret, name);

                if (known && known->file != f) {
                        (void)err_set(e, -EEXIST, "%s: %s describes a jail of that name already; give it once", name,
                                      known->file->source->name);
                        return source_wrap(f->source, v->start, e);
                }
                if (known || is_left_out(f, name, ret))
                        continue;
                ret->jails = array_grow(ret->jails, &ret->capacity, ret->count, sizeof(*ret->jails));
                ret->jails[ret->count++] = (struct ezjail){.name = arena_strdup(&f->arena, name), .file = f};
        }
        for (size_t i = first; i < ret->count; i++) {
                int r = read_jail(&ret->jails[i], ret, e);

                if (r < 0)
                        return r;
        }
        return 0;
}

void ezjails_done(struct ezjails *j)
{
        for (size_t i = 0; i < j->count; i++)
                free(j->jails[i].addresses);
        free(j->jails);
        text_done(&j->said);
        *j = (struct ezjails){0};
}
