// Linux calls that Glibc's Swift overlay leaves out, and variadic ones that Swift cannot call.
#ifndef CSUPPORT_H
#define CSUPPORT_H
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/types.h>

/// accept4(2): accepts with flags such as SOCK_CLOEXEC, so that no descriptor leaks into a child in between.
int outlet_accept(int listener, int flags);
/// Closes every descriptor from `from` on in the child.
int outlet_spawn_close_from(posix_spawn_file_actions_t *actions, int from);
/// SQLite counts the memory that it uses no more, for which all threads shared a lock. Before anything else is asked of it:
/// SQLITE_OK, or SQLITE_MISUSE when it is too late.
int outlet_sqlite_count_nothing(void);
/// Keeps SQLite from checkpointing when the last connection closes; `database` is a `sqlite3 *`. SQLITE_OK or an error code.
int outlet_sqlite_harden(void *database);
/// Asks `decide` about each thing that a statement would do, as sqlite3_set_authorizer(3) documents it; NULL asks nobody.
/// `database` is a `sqlite3 *`. SQLITE_OK or an error code.
int outlet_sqlite_authorize(
    void *database,
    int (*decide)(void *unused, int action, const char *first, const char *second, const char *schema, const char *trigger));
/// Turns `flock` on or off: LOCK_EX, LOCK_UN, with LOCK_NB as wanted. Restarts after signals. 0, or errno.
int outlet_flock(int descriptor, int operation);
/// ppoll(2) without a timeout and with no signal blocked, whatever is blocked outside of it.
int outlet_poll(struct pollfd *descriptors, int count);
/// Has `step` called with `context` on this thread whenever it is about to wait for others; NULL: nothing.
void outlet_on_wait(void (*step)(void *context), void *context);
/// Said by whoever may wait for a lock, for another program or for somebody's server: the thread's own work stands still.
void outlet_wait_begins(void);
/// memfd_create(2): an empty file in memory that a program started by us does not inherit by itself. -1: see errno.
int outlet_memory_file(void);
/// Gives up root for good: as root, no groups, no capabilities, `uid` as every user and group id, at most 1024 processes.
/// Anyone: no new privileges through setuid programs. 0, or errno.
int outlet_become(uid_t uid);
/// All threads together use at most so many heaps; else up to eight for each core, and what a thread has freed stays in its own.
void outlet_share_heaps(int most);
#endif
