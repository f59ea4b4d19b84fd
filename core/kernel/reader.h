/*
 * reader.h - one netlink request socket for reading: dumps and single questions, with the kernel's own words on
 * refusal.
 *
 * Messages are libnl's; the socket is not, since one is opened in each namespace for some microseconds, and the buffer
 * is shared by all of them.
 */
#ifndef CORE_KERNEL_READER_H
#define CORE_KERNEL_READER_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"

struct nl_msg;
struct nlmsghdr;

/* The kernel fills at most 32 KiB of a dump at a time; twice that also takes the largest single message. */
#define READER_BUFFER_SIZE 65536

struct reader {
        int fd; /* -1 closed */
        uint32_t sequence;
        unsigned char *buffer; /* READER_BUFFER_SIZE bytes, borrowed */
};

/* Opens a socket in the calling thread's namespace; buffer is borrowed until reader_close. */
int reader_open(struct reader *s, unsigned char *buffer, struct err *e);
void reader_close(struct reader *s); /* for CLEANUP too; a closed one is fine */

/* Called for each message of the answer; a negative value ends it. */
typedef int (*reader_handler)(struct nlmsghdr *h, void *context);

/*
 * reader_ask - sends m and reads the whole answer.
 *
 *   shape    m's flags are the caller's: NLM_F_DUMP for a dump. Without it one message is the answer if there is a
 *            handler, else an acknowledgement is asked for. m can be sent again.
 *   errors   the kernel's errno, its sentence in e->kernel; -EAGAIN: the dump was interrupted by a change, ask again
 */
int reader_ask(struct reader *s, struct nl_msg *m, reader_handler handler, void *context, struct err *e);

/* What an error, or the end of a dump, says: 0, or the kernel's errno, with its words in e; -EBADMSG. */
int reader_read_outcome(struct nlmsghdr *h, struct err *e);

#endif
