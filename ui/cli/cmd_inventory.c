/* cmd_inventory.c - jailnet inventory: check, backup and export of the file that remembers. */
#include <stdio.h>
#include <string.h>

#include "core/base/intl.h"
#include "ui/cli/cli.h"

static int check(struct app *a)
{
        CLEANUP(text_done) struct text faults = {0};
        struct err e = {0};
        int r = a->inventory_check(a, &faults, &e);

        for (char *rest = faults.s, *line; rest && (line = strsep(&rest, "\n"));) {
                CLEANUP(text_done) struct text visible = {0};

                text_put_visible(&visible, line);
                if (*line)
                        puts(text_str(&visible));
        }
        if (r < 0)
                return tell_err(&e, EXIT_REFUSED);
        if (!a->is_quiet)
                puts(_("the inventory is whole"));
        return EXIT_DONE;
}

static int backup(struct app *a, const char *path)
{
        struct err e = {0};

        return a->inventory_backup(a, path, &e) < 0 ? tell_err(&e, EXIT_REFUSED) : EXIT_DONE;
}

static int export_all(struct app *a)
{
        json_t *all = NULL;
        struct err e = {0};

        return a->inventory_export(a, &all, &e) < 0 ? tell_err(&e, EXIT_REFUSED) : print_json(all);
}

int command_inventory(struct app *a, int argc, char **argv)
{
        if (argc == 2 && strcmp(argv[1], "check") == 0)
                return check(a);
        if (argc == 3 && strcmp(argv[1], "backup") == 0)
                return backup(a, argv[2]);
        if (argc == 2 && strcmp(argv[1], "export") == 0)
                return export_all(a);
        return usage(command_find("inventory")->synopsis);
}
