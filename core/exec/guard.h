/*
 * guard.h - plans that could cut the operator off are put back unless somebody confirms them in time.
 *
 * A helper process in a session of its own does it, so that it outlives the console, its terminal and its parent. It is
 * started, and has its picture of the network, before the plan's first step. Here is what passes between the two, and
 * what others may ask the helper; the putting back itself is the caller's (ui/services_guard.c).
 *
 * The helper owns FILE.guard beside the inventory, mode 0700: `lock` says who waits and is locked while it does, on
 * `socket` it can be asked. It waits for a timer and for words, and keeps no namespace open but the one it lives in.
 */
#ifndef CORE_EXEC_GUARD_H
#define CORE_EXEC_GUARD_H

#include <stdint.h>
#include <sys/types.h>

#include "core/base/err.h"
#include "core/base/text.h"

#define GUARD_WITHIN_S     60
#define GUARD_WITHIN_MAX_S 86400
#define GUARD_WORDS_SIZE   1024 /* of a message with its sentence */
#define GUARD_FD           3    /* the helper's end, when it is started */

char *guard_folder(const char *inventory); /* caller frees */

/* -- Looking, for anybody ---------------------------------------------------------------------------------------- */

enum guard_phase { GUARD_STARTING, GUARD_WAITING, GUARD_GOING_BACK };

struct guard_state {
        enum guard_phase phase;
        int64_t plan;  /* 0 while STARTING */
        pid_t starter; /* whose plan it is */
        int left_s;    /* while WAITING */
};

/* -ENOENT: no guard stands. Takes no lock, waits for nothing. */
int guard_look(const char *folder, struct guard_state *ret);

/* Why nothing else can be changed now; always negative. */
int guard_put_refusal(const struct guard_state *g, struct err *e);

enum guard_wish { GUARD_KEEP, GUARD_PUT_BACK, GUARD_UNDONE };

/*
 * guard_ask - tells a waiting guard what is wished of plan *plan (0: whichever it is, which is returned).
 *
 *   shape    KEEP confirms; PUT_BACK does not wait for the time to run out; UNDONE: it was taken back by hand
 *   errors   -ENOENT no plan waits; -ESTALE another one does, or it is too late
 */
int guard_ask(const char *folder, enum guard_wish wish, int64_t *plan, struct err *e);

/* -- The side that runs the plan --------------------------------------------------------------------------------- */

struct guard;

/* argv: the helper's words, from its name on; copied. The program is the one that runs now. */
struct guard *guard_new(const char *const *argv);
void guard_free(struct guard *g); /* the helper goes on; NULL is fine */

/* Starts the helper and waits until it stands. Any thread that is in its own namespace still. */
int guard_start(struct guard *g, struct err *e);
void guard_ran(struct guard *g, int64_t plan); /* from now on the time runs; 0: nothing was changed */
void guard_answer(struct guard *g, bool keep);

enum guard_news {
        GUARD_NEWS_NONE,
        GUARD_NEWS_KEPT,   /* confirmed, here or elsewhere */
        GUARD_NEWS_BACK,   /* it was put back; the sentence says what differs */
        GUARD_NEWS_UNDONE, /* somebody took it back by hand */
        GUARD_NEWS_STUCK,  /* it could not be put back; the sentence says why */
        GUARD_NEWS_LOST,   /* the helper is gone without a word */
};
int guard_fd(const struct guard *g); /* turns readable at news; -1: nothing waits */
enum guard_news guard_read(struct guard *g, char *ret_sentence, size_t size);

/* -- The helper's side (guard_post.c) ---------------------------------------------------------------------------- */

struct guard_post;

enum guard_event {
        GUARD_EVENT_NOT_RUN,  /* the plan was not run, or took itself back */
        GUARD_EVENT_KEEP,     /* confirmed */
        GUARD_EVENT_UNDONE,   /* taken back by hand */
        GUARD_EVENT_EXPIRED,  /* nobody confirmed it in time */
        GUARD_EVENT_PUT_BACK, /* somebody wished it, or the helper is told to end */
        GUARD_EVENT_ORPHANED, /* the one who ran the plan is gone, without saying how it ended */
};

/* Leaves the terminal behind and takes the folder. Call it before any thread is started. -EBUSY: another guard stands.
 */
int guard_post_new(const char *folder, int within_s, struct guard_post **ret, struct err *e);
void guard_post_free(struct guard_post *p);
void guard_post_refuse(const struct err *e); /* instead: why there will be no guard */
void guard_post_ready(struct guard_post *p); /* the plan may be run */
pid_t guard_post_starter(const struct guard_post *p);

/* Waits for the next event. PUT_BACK, EXPIRED: the others are told that it is too late now. */
enum guard_event guard_post_wait(struct guard_post *p);
void guard_post_set_plan(struct guard_post *p, int64_t plan); /* for one that was orphaned: its time runs from now on */
int64_t guard_post_plan(const struct guard_post *p);

/* The end, told to the one who ran the plan. False: it is not there any more. */
bool guard_post_tell(struct guard_post *p, enum guard_news news, const char *sentence);

/* -- Shared by the two files -- */
struct guard_record { /* what `lock` has */
        enum guard_phase phase;
        int64_t plan;
        pid_t starter;
        int64_t until_ms; /* by guard_clock_ms */
};
int64_t guard_clock_ms(void);                             /* goes on while the machine sleeps */
bool guard_address(int folder_fd, void *ret_sockaddr_un); /* of `socket`, however long the folder's name is */
bool guard_send(int fd, const char *word, int64_t plan, const char *sentence);
/* 1: a message; 0: none yet; -1: the other side is gone. */
int guard_receive(int fd, char *buf, size_t size);
bool guard_word(const char *message, const char *word, int64_t *ret_plan, const char **ret_sentence);

#endif
