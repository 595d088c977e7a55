#include "CFaults.h"
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct file {
    sqlite3_file base;
    const char *write, *sync, *truncate; // The names of its points; null when it is not watched.
    sqlite3_file *real;                  // Lies behind this struct.
};

// One write that has not been synced: what was there before it.
struct unsynced {
    sqlite3_file *real;
    sqlite3_int64 offset;
    int size;
    char *before;
    struct unsynced *next;
};

static sqlite3_vfs *parent, layer;
static sqlite3_io_methods methods;
static const char *watched_name;
static int really_syncs;
static outlet_fault_hook hook;
static struct unsynced *newest;
static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;

static struct file *file(sqlite3_file *base) { return (struct file *)base; }
static sqlite3_file *real(sqlite3_file *base) { return file(base)->real; }

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

static void remember(sqlite3_file *real, int size, sqlite3_int64 offset) {
    struct unsynced *write = calloc(1, sizeof *write);
    *write = (struct unsynced){real, offset, size, calloc(1, size), newest};
    real->pMethods->xRead(real, write->before, size, offset); // Zeros beyond its end.
    newest = write;
}

static void forget(sqlite3_file *real) {
    for (struct unsynced **place = &newest, *write; (write = *place);) {
        if (write->real != real) { place = &write->next; continue; }
        *place = write->next;
        free(write->before);
        free(write);
    }
}

static void cut_power(void) {
    for (struct unsynced *write = newest; write; write = write->next)
        write->real->pMethods->xWrite(write->real, write->before, write->size, write->offset);
    die();
}

// Asks before something is done. SQLITE_OK: it is to be done.
static int ask(const char *point, int io_error) {
    if (!point) return SQLITE_OK;
    switch (hook(point, 0)) {
    case OUTLET_POWER_CUT: cut_power(); return SQLITE_OK;
    case OUTLET_IO_ERROR: return io_error;
    case OUTLET_NO_SPACE: return io_error == SQLITE_IOERR_WRITE ? SQLITE_FULL : io_error;
    default: return SQLITE_OK;
    }
}

static int tell(const char *point, int status) {
    if (point && status == SQLITE_OK) hook(point, 1);
    return status;
}

static int write_at(sqlite3_file *base, const void *bytes, int size, sqlite3_int64 offset) {
    const char *point = file(base)->write;
    sqlite3_file *below = real(base);
    if (!point) return below->pMethods->xWrite(below, bytes, size, offset);
    pthread_mutex_lock(&guard);
    int status = SQLITE_OK;
    switch (hook(point, 0)) {
    case OUTLET_TEAR: below->pMethods->xWrite(below, bytes, size / 2, offset); die(); break;
    case OUTLET_POWER_CUT: cut_power(); break;
    case OUTLET_IO_ERROR: status = SQLITE_IOERR_WRITE; break;
    case OUTLET_NO_SPACE: status = SQLITE_FULL; break;
    case OUTLET_GO_ON: remember(below, size, offset); break;
    }
    pthread_mutex_unlock(&guard);
    return status ? status : tell(point, below->pMethods->xWrite(below, bytes, size, offset));
}

static int sync_file(sqlite3_file *base, int flags) {
    sqlite3_file *below = real(base);
    int status = ask(file(base)->sync, SQLITE_IOERR_FSYNC);
    if (status == SQLITE_OK && really_syncs) status = below->pMethods->xSync(below, flags);
    if (status == SQLITE_OK) {
        pthread_mutex_lock(&guard);
        forget(below);
        pthread_mutex_unlock(&guard);
    }
    return tell(file(base)->sync, status);
}

static int truncate_file(sqlite3_file *base, sqlite3_int64 size) {
    int status = ask(file(base)->truncate, SQLITE_IOERR_TRUNCATE);
    return status ? status : tell(file(base)->truncate, real(base)->pMethods->xTruncate(real(base), size));
}

static int close_file(sqlite3_file *base) {
    pthread_mutex_lock(&guard);
    forget(real(base));
    pthread_mutex_unlock(&guard);
    return real(base)->pMethods->xClose(real(base));
}

// The rest goes straight to the real file.
static int read_at(sqlite3_file *f, void *bytes, int size, sqlite3_int64 offset) {
    return real(f)->pMethods->xRead(real(f), bytes, size, offset);
}
static int size_of(sqlite3_file *f, sqlite3_int64 *size) { return real(f)->pMethods->xFileSize(real(f), size); }
static int lock(sqlite3_file *f, int level) { return real(f)->pMethods->xLock(real(f), level); }
static int unlock(sqlite3_file *f, int level) { return real(f)->pMethods->xUnlock(real(f), level); }
static int is_reserved(sqlite3_file *f, int *answer) { return real(f)->pMethods->xCheckReservedLock(real(f), answer); }
static int control(sqlite3_file *f, int what, void *with) { return real(f)->pMethods->xFileControl(real(f), what, with); }
static int sector(sqlite3_file *f) { return real(f)->pMethods->xSectorSize(real(f)); }
static int device(sqlite3_file *f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); }
static int shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **at) {
    return real(f)->pMethods->xShmMap(real(f), page, size, extend, at);
}
static int shm_lock(sqlite3_file *f, int offset, int n, int flags) {
    return real(f)->pMethods->xShmLock(real(f), offset, n, flags);
}
static void shm_barrier(sqlite3_file *f) { real(f)->pMethods->xShmBarrier(real(f)); }
static int shm_unmap(sqlite3_file *f, int remove) { return real(f)->pMethods->xShmUnmap(real(f), remove); }

static int open_file(sqlite3_vfs *vfs, const char *path, sqlite3_file *base, int flags, int *granted) {
    (void)vfs;
    struct file *f = file(base);
    memset(f, 0, sizeof *f);
    f->real = (sqlite3_file *)(f + 1);
    int status = parent->xOpen(parent, path, f->real, flags, granted);
    base->pMethods = f->real->pMethods ? &methods : NULL;
    const char *name = path ? strrchr(path, '/') : NULL;
    if (!name || strncmp(name + 1, watched_name, strlen(watched_name))) return status;
    if (flags & SQLITE_OPEN_WAL) f->write = "wal.write", f->sync = "wal.sync", f->truncate = "wal.truncate";
    if (flags & SQLITE_OPEN_MAIN_DB) f->write = "db.write", f->sync = "db.sync", f->truncate = "db.truncate";
    return status;
}

int outlet_faults_install(const char *name, int syncs, outlet_fault_hook asked) {
    watched_name = strdup(name);
    really_syncs = syncs;
    hook = asked;
    parent = sqlite3_vfs_find(NULL);
    layer = *parent;
    layer.zName = "faults";
    layer.pNext = NULL;
    layer.szOsFile = (int)sizeof(struct file) + parent->szOsFile;
    layer.xOpen = open_file;
    methods = (sqlite3_io_methods){
        .iVersion = 2, .xClose = close_file, .xRead = read_at, .xWrite = write_at, .xTruncate = truncate_file,
        .xSync = sync_file, .xFileSize = size_of, .xLock = lock, .xUnlock = unlock,
        .xCheckReservedLock = is_reserved, .xFileControl = control, .xSectorSize = sector,
        .xDeviceCharacteristics = device, .xShmMap = shm_map, .xShmLock = shm_lock,
        .xShmBarrier = shm_barrier, .xShmUnmap = shm_unmap};
    return sqlite3_vfs_register(&layer, 1);
}

int outlet_checkpoint_passively(const char *path, int milliseconds) {
    sqlite3 *database;
    struct timespec now, begun;
    int count = 0;
    if (sqlite3_open(path, &database)) return -1;
    sqlite3_busy_timeout(database, 60000);
    sqlite3_exec(database, "PRAGMA synchronous=OFF; PRAGMA wal_autocheckpoint=0", 0, 0, 0);
    clock_gettime(CLOCK_MONOTONIC, &begun);
    do {
        sqlite3_wal_checkpoint_v2(database, 0, SQLITE_CHECKPOINT_PASSIVE, 0, 0);
        if (rand() % 3 == 0) usleep(rand() % 300);
        count++;
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while ((now.tv_sec - begun.tv_sec) * 1000 + (now.tv_nsec - begun.tv_nsec) / 1000000 < milliseconds);
    sqlite3_close(database);
    return count;
}
