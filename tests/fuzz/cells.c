/*
 * cells.c - bytes from anywhere in the inventory's cells, as another user of the file, a damaged disk or another
 * version may have left them: all that is read from there bears it, and says so in a sentence or goes without.
 *
 *   shape    lines TABLE.COLUMN=CELL; a name that is none is some column all the same. Each table has one row, in which
 *            everything refers to everything.
 *
 * Built with driver.c. What is written is taken back: each input finds the same file.
 */
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/text.h"
#include "core/dialect/jail_params.h"
#include "core/exec/cell.h"
#include "core/plan/plan.h"
#include "core/plan/wanted.h"
#include "db/maintain.h"
#include "db/private.h"
#include "tests/lib/tempdir.h"

#define PIECES_MAX 8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct place {
        char *table, *column;
        char type; /* T, I or B */
};

static struct db *db;
static struct place *places;
static size_t place_count;
static char folder[TEMPDIR_SIZE];

/* Ours to stop for: without a file to read from there is nothing to try. */
static void must(bool is_so, const char *what)
{
        if (is_so)
                return;
        (void)fprintf(stderr, "cells: %s: %s\n", what, db ? sqlite3_errmsg(db->sql) : "no inventory");
        exit(2);
}

static void end(void)
{
        db_close(db);
        tempdir_remove(folder);
}

static void find_places(void)
{
        sqlite3_stmt *s = NULL;
        size_t capacity = 0;

        must(sqlite3_prepare_v2(db->sql,
                                "SELECT t.name, c.name, substr(c.type, 1, 1) FROM pragma_table_list t "
                                "JOIN pragma_table_info(t.name) c WHERE t.schema = 'main' AND t.type = 'table' "
                                "AND t.name NOT LIKE 'sqlite%' ORDER BY t.name, c.cid",
                                -1, &s, NULL) == SQLITE_OK,
             "its tables");
        while (sqlite3_step(s) == SQLITE_ROW) {
                places = array_grow(places, &capacity, place_count, sizeof(*places));
                places[place_count++] = (struct place){xstrdup(db_column_text(s, 0)), xstrdup(db_column_text(s, 1)),
                                                       db_column_text(s, 2)[0]};
        }
        (void)sqlite3_finalize(s); /* it has told all */
        must(place_count > 100, "its columns");
}

/* One row in a table: every number is 1, every text as plain as can be. */
static void fill(const char *table)
{
        CLEANUP(text_done) struct text t = {0};
        const char *comma = "";

        text_putf(&t, "DELETE FROM %s; INSERT INTO %s VALUES(", table, table);
        for (size_t k = 0; k < place_count; k++) {
                const struct place *p = &places[k];

                if (strcmp(p->table, table) != 0)
                        continue;
                text_put(&t, comma);
                comma = ", ";
                if (strcmp(p->column, "boot_id") == 0)
                        text_putf(&t, "'%s'", db->boot_id);
                else if (strcmp(p->column, "json") == 0)
                        text_put(&t, "'{\"steps\":[]}'");
                else
                        text_put(&t, p->type == 'I' ? "1" : p->type == 'B' ? "x'01'" : "'x'");
        }
        text_put(&t, ")");
        must(sqlite3_exec(db->sql, text_str(&t), NULL, NULL, NULL) == SQLITE_OK, text_str(&t));
}

static void begin(void)
{
        CLEANUP(freep) char *path = NULL;

        tempdir_make(folder);
        path = tempdir_file(folder, "inventory.db");
        must(db_open(path, DB_CREATE, &db, NULL, NULL) == 0, "it cannot be made");
        must(sqlite3_exec(db->sql,
                          "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; PRAGMA synchronous = OFF",
                          NULL, NULL, NULL) == SQLITE_OK,
             "its rules");
        find_places();
        for (size_t k = 0; k < place_count; k++)
                if (k == 0 || strcmp(places[k].table, places[k - 1].table) != 0)
                        fill(places[k].table);
        (void)atexit(end); /* 32 are promised; this is the only one */
}

static void put(const struct place *p, const uint8_t *bytes, size_t size)
{
        CLEANUP(freep) char *text = xstrndup((const char *)bytes, size);
        CLEANUP(freep) char *sql = xasprintf("UPDATE %s SET %s = ?", p->table, p->column);
        sqlite3_stmt *s = NULL;

        if (sqlite3_prepare_v2(db->sql, sql, -1, &s, NULL) != SQLITE_OK)
                must(false, sql);
        if (p->type == 'I')
                (void)sqlite3_bind_int64(s, 1, strtoll(text, NULL, 10));
        else if (p->type == 'B')
                (void)sqlite3_bind_blob(s, 1, bytes, (int)size, SQLITE_STATIC);
        else
                (void)sqlite3_bind_text(s, 1, (const char *)bytes, (int)size, SQLITE_STATIC);
        (void)sqlite3_step(s); /* a cell that may not be empty stays as it was */
        (void)sqlite3_finalize(s);
}

/* The table that it is in. */
static const char *put_line(const uint8_t *line, size_t size)
{
        const uint8_t *equals = memchr(line, '=', size);
        size_t n = equals ? (size_t)(equals - line) : size, sum = 0, which;

        for (which = 0; which < place_count; which++) {
                CLEANUP(freep) char *name = xasprintf("%s.%s", places[which].table, places[which].column);

                if (strlen(name) == n && memcmp(name, line, n) == 0)
                        break;
        }
        for (size_t k = 0; k < n; k++)
                sum = sum * 31 + line[k];
        if (which == place_count)
                which = sum % place_count;
        n += equals != NULL;
        put(&places[which], line + n, size - n);
        return places[which].table;
}

static void read_registry(void)
{
        struct registry_store *store = db_registry_store(db);
        struct registry *r = registry_new();

        db->data_version = -1; /* as if somebody else had written */
        (void)store->load(store, r, NULL);
        registry_free(r);
}

static void read_wanted(void)
{
        struct wanted w = {0};

        (void)db_wanted(db, &w, NULL);
        wanted_done(&w);
}

static void read_journal(void)
{
        struct journal_entry *entries = NULL, entry;
        struct plan *p = NULL;
        int64_t number = 1;
        size_t count = 0;

        (void)db_journal_list(db, 0, 8, NULL, &entries, &count, NULL);
        (void)db_journal_last_undoable(db, &number, NULL);
        (void)db_journal_last_open(db, &number, NULL);
        if (db_journal_load(db, number, &p, &entry, NULL) == 0) {
                json_t *j = plan_to_json(p);

                json_decref(j);
        }
        plan_free(p);
        free(entries);
}

static void read_started(void)
{
        struct started_jail *list = NULL;
        size_t count = 0;

        if (db_started_list(db, &list, &count, NULL) < 0)
                return;
        for (size_t k = 0; k < count; k++) {
                struct jail_params p = {0};
                struct jail_address *addresses = NULL;

                if (jail_params_from_json(list[k].params, list[k].name, &p) == 0) {
                        (void)jail_params_addresses(&p, &addresses);
                        free(addresses);
                }
                jail_params_done(&p);
                started_jail_done(&list[k]);
        }
        free(list);
}

static void read_rest(void)
{
        CLEANUP(freep) char *value = NULL;
        CLEANUP(text_done) struct text faults = {0};
        struct ns_handle handle;
        uint64_t cookie;
        json_t *all = NULL;

        (void)db_get(db, "x", &value, NULL);
        (void)db_host(db, &cookie, &handle, NULL);
        (void)db_check(db, &faults, NULL);
        if (db_export(db, &all, NULL) == 0) {
                CLEANUP(freep) char *text = json_dumps(all, JSON_COMPACT);

                if (!text)
                        abort();
        }
        json_decref(all);
}

/* What the keeper of a jail's processes is told. */
static void read_cell(const uint8_t *data, size_t size)
{
        CLEANUP(arena_done) struct arena arena = {0};
        json_t *j = json_loadb((const char *)data, size, 0, NULL);
        struct cell_spec spec = {0};

        if (j && cell_from_json(j, &spec, &arena) == 0) {
                json_t *again = cell_to_json(&spec);
                struct cell_spec same = {0};

                if (cell_from_json(again, &same, &arena) < 0)
                        abort();
                json_decref(again);
        }
        json_decref(j);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        const char *touched[PIECES_MAX];
        size_t count;

        read_cell(data, size);
        if (!db)
                begin();
        for (count = 0; count < PIECES_MAX && size > 0; count++) {
                const uint8_t *stop = memchr(data, '\n', size);
                size_t n = stop ? (size_t)(stop - data) : size;

                touched[count] = put_line(data, n);
                data += n + (stop != NULL);
                size -= n + (stop != NULL);
        }
        read_registry();
        read_wanted();
        read_journal();
        read_started();
        read_rest();
        while (count > 0)
                fill(touched[--count]);
        return 0;
}
