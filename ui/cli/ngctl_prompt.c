/* ngctl_prompt.c - ngctl's own line: "+ ", and completion of commands, paths and hooks. */
#include "ui/cli/ngctl_prompt.h"

#include "ui/cli/prompt.h"

static void complete(void *user, const char *line, size_t max, void (*put)(void *put_user, const char *word),
                     void *put_user)
{
        (void)ngctl_complete(user, line, max, put, put_user);
}

bool ngctl_prompt_is_possible(void)
{
        return prompt_is_possible();
}

int ngctl_prompt_read(struct dialect *d, struct ngctl *n, char **ret, struct err *e)
{
        struct prompt p = {.name = "ngctl", .sign = "+ ", .joins = ":", .complete = complete, .user = n};

        (void)d;
        (void)e;
        *ret = prompt_read(&p);
        return 0;
}
