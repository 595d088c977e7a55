#define _GNU_SOURCE
#include "CSupport.h"
#include <errno.h>
#include <sqlite3.h>
#include <sys/file.h>

int outlet_accept(int listener, int flags) { return accept4(listener, 0, 0, flags); }

int outlet_spawn_close_from(posix_spawn_file_actions_t *actions, int from) {
    return posix_spawn_file_actions_addclosefrom_np(actions, from);
}

int outlet_sqlite_harden(void *database) {
    int status = sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
    if (status == SQLITE_OK) status = sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
    if (status == SQLITE_OK) status = sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)0);
    return status;
}

int outlet_flock(int descriptor, int operation) {
    int status;
    do status = flock(descriptor, operation); while (status != 0 && errno == EINTR);
    return status == 0 ? 0 : errno;
}
