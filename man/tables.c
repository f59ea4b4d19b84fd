/* tables.c - the inventory's tables with their columns, as its own schema makes them in memory. */
#include "man/tables.h"

#include <stdio.h>
#include <stdlib.h>

#include "db/private.h"

/* The build is to fail: a page without them would say too little. */
static sqlite3 *open_schema(void)
{
        sqlite3 *sql = NULL;
        int r = sqlite3_open(":memory:", &sql);

        for (size_t k = 0; r == SQLITE_OK && k < migration_count; k++)
                r = sqlite3_exec(sql, migrations[k].sql, NULL, NULL, NULL);
        if (r == SQLITE_OK)
                return sql;
        (void)fprintf(stderr, "make-page: the inventory's schema: %s\n", sqlite3_errmsg(sql));
        exit(1);
}

void tables_put(struct mdoc *m, const char *file)
{
        sqlite3 *sql = open_schema();
        sqlite3_stmt *s = NULL;

        (void)file; /* of other lists */
        if (sqlite3_prepare_v2(sql,
                               "SELECT t.name, group_concat(c.name || CASE c.type WHEN 'INTEGER' THEN '' ELSE "
                               "' (' || lower(c.type) || ')' END, ', ') FROM pragma_table_list t "
                               "JOIN pragma_table_info(t.name) c WHERE t.schema = 'main' AND t.type = 'table' "
                               "AND t.name NOT LIKE 'sqlite%' GROUP BY t.name ORDER BY t.name",
                               -1, &s, NULL) != SQLITE_OK) {
                (void)fprintf(stderr, "make-page: the inventory's tables: %s\n", sqlite3_errmsg(sql));
                exit(1);
        }
        mdoc_line(m, ".Bl -tag -width Ds");
        while (sqlite3_step(s) == SQLITE_ROW) {
                mdoc_linef(m, ".It Li %s", (const char *)sqlite3_column_text(s, 0));
                mdoc_text(m, (const char *)sqlite3_column_text(s, 1));
        }
        mdoc_line(m, ".El");
        (void)sqlite3_finalize(s);
        (void)sqlite3_close(sql);
}
