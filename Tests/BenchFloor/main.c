// What the bench compares with: the least that the same work can cost.
//
//   bench-floor respond SOCKET THREADS FILE   answers every FastCGI request with the content of FILE
//   bench-floor settle DATABASE NOW           bills all that is due by one prepared statement after the other
//
// Either says in one line what it did; neither checks what an outlet must check.

#include <fcgiapp.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static void fail(const char *what) {
    fprintf(stderr, "bench-floor: %s\n", what);
    exit(1);
}

// Respond -----------------------------------------------------------------------------------------------------------

static int listener;
static char *reply;
static int reply_length;

static void *answer_all(void *unused) {
    (void)unused;
    FCGX_Request request;
    FCGX_InitRequest(&request, listener, 0);
    while (FCGX_Accept_r(&request) == 0) {
        FCGX_PutStr(reply, reply_length, request.out);
        FCGX_Finish_r(&request);
    }
    return NULL;
}

static void read_reply(const char *path) {
    FILE *file = fopen(path, "rb");
    struct stat status;
    if (file == NULL || fstat(fileno(file), &status) != 0) fail("no reply to answer with");
    reply_length = (int)status.st_size;
    reply = malloc((size_t)reply_length);
    if (fread(reply, 1, (size_t)reply_length, file) != (size_t)reply_length) fail("a reply cut short");
    fclose(file);
}

static int respond(const char *socket, int threads, const char *path) {
    read_reply(path);
    if (FCGX_Init() != 0) fail("libfcgi");
    listener = FCGX_OpenSocket(socket, 512);
    if (listener < 0) fail("no socket");
    for (int made = 1; made < threads; made++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, answer_all, NULL) != 0) fail("no thread");
    }
    answer_all(NULL);
    return 0;
}

// Settle ------------------------------------------------------------------------------------------------------------

static sqlite3 *database;

static void check(int status) {
    if (status != SQLITE_OK && status != SQLITE_DONE && status != SQLITE_ROW) fail(sqlite3_errmsg(database));
}

static void run(const char *sql) { check(sqlite3_exec(database, sql, NULL, NULL, NULL)); }

static sqlite3_stmt *prepared(const char *sql) {
    sqlite3_stmt *statement;
    check(sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL));
    return statement;
}

static int64_t price(int64_t seconds, int64_t rate) { return (2 * seconds * rate + 3600) / 7200; }
static int64_t least(int64_t left, int64_t right) { return left < right ? left : right; }

static double milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1000 + (double)now.tv_nsec / 1e6;
}

// One billed interval of the rental that `due` stands at; the schema posts the rest.
static void bill(sqlite3_stmt *due, sqlite3_stmt *funds, sqlite3_stmt *usage, int64_t number, int64_t now) {
    int64_t rate = sqlite3_column_int64(due, 1), from = sqlite3_column_int64(due, 2);
    int64_t to = sqlite3_column_int64(due, 3), hold = sqlite3_column_int64(due, 4);
    sqlite3_bind_text(funds, 1, (const char *)sqlite3_column_text(due, 5), -1, SQLITE_TRANSIENT);
    check(sqlite3_step(funds));
    int64_t gift = sqlite3_column_int64(funds, 0);
    sqlite3_reset(funds);
    int64_t cents = price(to, rate) - price(from, rate);
    int64_t from_hold = least(cents, hold), from_gift = least(cents - from_hold, gift);
    char entry[64];
    snprintf(entry, sizeof entry, "led_%026lld", (long long)number);
    sqlite3_bind_text(usage, 1, (const char *)sqlite3_column_text(due, 0), -1, SQLITE_TRANSIENT);
    int64_t numbers[] = {from, to, to - from, rate, cents, from_hold, from_gift, cents - from_hold - from_gift};
    for (int place = 0; place < 8; place++) sqlite3_bind_int64(usage, place + 2, numbers[place]);
    sqlite3_bind_text(usage, 10, entry, -1, SQLITE_TRANSIENT);
    sqlite3_bind_int64(usage, 11, now);
    check(sqlite3_step(usage));
    sqlite3_reset(usage);
}

static int settle(const char *path, int64_t now) {
    check(sqlite3_open(path, &database));
    run("PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; PRAGMA synchronous=FULL;"
        "PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON; PRAGMA cell_size_check=ON");
    sqlite3_stmt *due = prepared(
        "SELECT r.id, r.rate_cents, r.billed_s, r.confirmed_at_s - r.running_at_s, h.balance_cents, r.user_id"
        "  FROM rental r JOIN account h ON h.rental_id = r.id"
        " WHERE r.state = 'running' AND r.running_at_s + r.billed_s + 3600 <= r.confirmed_at_s"
        " ORDER BY r.user_id, r.id");
    sqlite3_stmt *funds = prepared(
        "SELECT balance_cents FROM account WHERE user_id = ? AND kind = 'promo' AND rental_id IS NULL");
    sqlite3_stmt *usage = prepared(
        "INSERT INTO usage (rental_id, from_s, to_s, seconds, rate_cents, cents, hold_cents, promo_cents,"
        " available_cents, entry_id, posted_at_s) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    sqlite3_stmt *deadline = prepared("UPDATE wallet SET exhausts_at_s = ? WHERE user_id = ?");
    sqlite3_stmt *clock = prepared("UPDATE clock SET billing_ms = MAX(billing_ms, ? * 1000)");
    double start = milliseconds();
    run("BEGIN IMMEDIATE");
    sqlite3_bind_int64(clock, 1, now);
    check(sqlite3_step(clock));
    int64_t count = 0;
    char wallet[64] = "";
    while (sqlite3_step(due) == SQLITE_ROW) {
        bill(due, funds, usage, ++count, now);
        const char *user = (const char *)sqlite3_column_text(due, 5);
        if (strcmp(wallet, user) == 0) continue;
        snprintf(wallet, sizeof wallet, "%s", user);
        sqlite3_bind_int64(deadline, 1, now + 100000 + count);
        sqlite3_bind_text(deadline, 2, wallet, -1, SQLITE_TRANSIENT);
        check(sqlite3_step(deadline));
        sqlite3_reset(deadline);
    }
    run("COMMIT");
    printf("%lld %.3f\n", (long long)count, milliseconds() - start);
    return 0;
}

int main(int count, char **words) {
    if (count == 5 && strcmp(words[1], "respond") == 0) return respond(words[2], atoi(words[3]), words[4]);
    if (count == 4 && strcmp(words[1], "settle") == 0) return settle(words[2], atoll(words[3]));
    fail("respond SOCKET THREADS FILE, or settle DATABASE NOW");
}
