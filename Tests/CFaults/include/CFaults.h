// A layer below SQLite, for tests: it stops, breaks or tears the writes of one database on demand. It is a VFS of
// SQLite's own kind, so the program above it is the one that is shipped.
#ifndef CFAULTS_H
#define CFAULTS_H
#include <stdint.h>

/// What happens at a point instead of going on.
enum outlet_fault {
    OUTLET_GO_ON,     // Nothing.
    OUTLET_TEAR,      // Half of the write is done, and the process is killed.
    OUTLET_POWER_CUT, // All that was written since the last sync is lost, and the process is killed.
    OUTLET_IO_ERROR,  // The device fails.
    OUTLET_NO_SPACE,  // The device is full.
};

/// Asked at each point, `wal.write`, `wal.sync`, `wal.truncate`, `db.write`, …, before it and after it. An answer
/// other than OUTLET_GO_ON counts only before.
typedef enum outlet_fault (*outlet_fault_hook)(const char *point, int after);

/// Puts the layer below every database that is opened from here on, and asks `hook` about the files whose name begins
/// with `name`. With `syncs` 0 nothing is really synced, which a killed process cannot tell. 0, or SQLite's code.
int outlet_faults_install(const char *name, int syncs, outlet_fault_hook hook);

/// Checkpoints `path` beside its writers, without any lock of ours, for `milliseconds`. How often, or -1.
int outlet_checkpoint_passively(const char *path, int milliseconds);
#endif
