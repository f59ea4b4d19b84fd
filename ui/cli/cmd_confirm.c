/* cmd_confirm.c - jailnet confirm, and the question at the terminal after a plan that could cut the operator off. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/intl.h"
#include "ui/cli/cli.h"

int command_confirm(struct app *a, int argc, char **argv)
{
        uint32_t number = 0;
        int64_t plan;
        struct err e = {0};

        if (argc > 2 || (argc == 2 && (str_to_u32(argv[1], UINT32_MAX, &number) < 0 || number == 0)))
                return usage(command_find("confirm")->synopsis);
        plan = number;
        if (a->confirm(a, &plan, &e) < 0)
                return tell_err(&e, EXIT_REFUSED);
        if (!a->is_quiet)
                (void)printf(_("plan %lld: kept\n"), (long long)plan);
        return EXIT_DONE;
}

bool guard_can_ask(void)
{
        return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

static void ask(const struct plan *p, int left_s)
{
        (void)fprintf(
                stderr,
                _("jailnet: plan %lld: type yes within %d s to keep it, no to put it back now (elsewhere: jailnet "
                  "confirm %lld): "),
                (long long)p->number, left_s, (long long)p->number);
        (void)fflush(stderr);
}

/* A line that was typed: true when it was an answer. The terminal hands over whole lines. */
static bool take_answer(struct app *a, int *in)
{
        char line[128];
        ssize_t n = read(*in, line, sizeof(line) - 1);

        if (n < 0 && errno == EINTR)
                return false;
        if (n <= 0) {
                *in = -1; /* nobody types any more: others can confirm it still */
                return false;
        }
        line[n] = '\0';
        line[strcspn(line, " \t\r\n")] = '\0';

        bool keeps = strcmp(line, "yes") == 0 || strcmp(line, "y") == 0;

        if (!keeps && strcmp(line, "no") != 0 && strcmp(line, "n") != 0)
                return false;
        a->guard_answer(a, keeps);
        return true;
}

static int tell_news(const struct app *a, const struct plan *p, enum guard_news news, const char *sentence)
{
        long long number = (long long)p->number;

        switch (news) {
        case GUARD_NEWS_NONE: break;
        case GUARD_NEWS_KEPT: return a->is_quiet ? EXIT_DONE : tell(EXIT_DONE, "plan %lld: kept", number);
        case GUARD_NEWS_UNDONE: return tell(EXIT_REFUSED, "plan %lld: was taken back", number);
        case GUARD_NEWS_BACK:
        case GUARD_NEWS_STUCK: return tell(EXIT_REFUSED, "%s", sentence);
        case GUARD_NEWS_LOST: break;
        }
        return tell(EXIT_REFUSED, "plan %lld: its guard is gone: nobody puts it back by itself; jailnet undo %lld does",
                    number, number);
}

int guard_ask_user(struct app *a, const struct plan *p)
{
        char sentence[GUARD_WORDS_SIZE];
        int64_t plan;
        int in = STDIN_FILENO, left_s = 0;

        if (a->guard_fd(a) < 0)
                return EXIT_DONE;
        (void)a->waiting(a, &plan, &left_s);
        if (left_s == 0) /* its first moment: it has not noted the time yet */
                left_s = a->confirm_within_s ? a->confirm_within_s : GUARD_WITHIN_S;
        if (!guard_can_ask())
                return tell(EXIT_DONE, "plan %lld: is put back in %d s, unless jailnet confirm %lld keeps it",
                            (long long)p->number, left_s, (long long)p->number);
        (void)fflush(stdout);
        ask(p, left_s);
        for (;;) {
                struct pollfd fds[] = {{.fd = a->guard_fd(a), .events = POLLIN}, {.fd = in, .events = POLLIN}};

                if (poll(fds, ARRAY_SIZE(fds), -1) < 0)
                        continue; /* a signal that ends us does so by itself */
                if (fds[0].revents) {
                        enum guard_news news = a->guard_news(a, sentence, sizeof(sentence));

                        if (news != GUARD_NEWS_NONE) {
                                (void)fputs("\n", stderr);
                                return tell_news(a, p, news, sentence);
                        }
                }
                if (fds[1].revents && !take_answer(a, &in) && in >= 0 && a->waiting(a, &plan, &left_s) == 0)
                        ask(p, left_s);
        }
}
