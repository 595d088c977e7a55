#define _GNU_SOURCE
#include "CSupport.h"
#include <errno.h>
#include <grp.h>
#include <malloc.h>
#include <sqlite3.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

int outlet_accept(int listener, int flags) { return accept4(listener, 0, 0, flags); }

int outlet_spawn_close_from(posix_spawn_file_actions_t *actions, int from) {
    return posix_spawn_file_actions_addclosefrom_np(actions, from);
}

int outlet_sqlite_count_nothing(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

int outlet_sqlite_harden(void *database) {
    int status = sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
    if (status == SQLITE_OK) status = sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
    if (status == SQLITE_OK) status = sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)0);
    /* Plans do not depend on bound values. Else every statement that a partial index might serve is compiled anew
       each time it is bound: half of the time of a transaction. */
    if (status == SQLITE_OK) status = sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_QPSG, 1, (int *)0);
    return status;
}

int outlet_sqlite_authorize(
    void *database, int (*decide)(void *, int, const char *, const char *, const char *, const char *)) {
    return sqlite3_set_authorizer(database, decide, 0);
}

int outlet_flock(int descriptor, int operation) {
    int status;
    do status = flock(descriptor, operation); while (status != 0 && errno == EINTR);
    return status == 0 ? 0 : errno;
}

static _Thread_local struct { void (*step)(void *); void *context; } on_wait;

void outlet_on_wait(void (*step)(void *context), void *context) {
    on_wait.step = step;
    on_wait.context = context;
}

void outlet_wait_begins(void) { if (on_wait.step) on_wait.step(on_wait.context); }

int outlet_memory_file(void) { return memfd_create("input", MFD_CLOEXEC); }

int outlet_become(uid_t uid) {
    if (geteuid() == 0 && uid != 0) {
        struct rlimit processes = {1024, 1024};
        for (unsigned long capability = 0; capability < 64; capability++) prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
        if (setrlimit(RLIMIT_NPROC, &processes) || setgroups(0, 0) || setresgid(uid, uid, uid)
            || setresuid(uid, uid, uid)) return errno;
    }
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ? errno : 0;
}

int outlet_poll(struct pollfd *descriptors, int count) {
    sigset_t none;
    sigemptyset(&none);
    return ppoll(descriptors, count, 0, &none);
}

void outlet_share_heaps(int most) { mallopt(M_ARENA_MAX, most); }
