"""The seals of a running outlet, made again by another program from what ARCHITECTURE.md says of their bytes."""

import hashlib
import json
import sqlite3
import time
import urllib.request

COLUMNS = {
    "account": "id, kind, user_id, rental_id",
    "milestone": "id, rental_id, user_id, state, rate_cents, max_rate_cents, asked_at_s, running_at_s, ends_at_s, "
    "closed_at_s, stop_reason",
    "usage": "id, rental_id, from_s, to_s, seconds, rate_cents, cents, hold_cents, promo_cents, available_cents, "
    "entry_id, posted_at_s",
    "transfer": "id, code, cause, usage_id, leg, debit_id, credit_id, amount_cents, posted_at_s",
    "ledger_entry": "seq, id, user_id, type, cause, usage_id, rental_id, amount_cents, available_after_cents, "
    "reserved_after_cents, posted_at_s, note",
}


def value(item):
    if item is None:
        return b"n\n"
    if isinstance(item, int):
        return b"i%d\n" % item
    text = item.encode()
    return b"t%d:%s\n" % (len(text), text)


def seals(database):
    """Each seal's hash as it is made again, beside the stored one and the day of the seal."""
    before, starts = bytes(32), [0] * len(COLUMNS)
    for number, time, *ends, stored, digests in database.execute(
            "SELECT id, sealed_at_s, account_to, milestone_to, usage_to, transfer_to, ledger_entry_to, hash, digests "
            "FROM seal ORDER BY id").fetchall():
        rows = [
            hashlib.sha256(table.encode() + b"\n" + b"".join(map(value, row))).digest()
            for (table, columns), start, end in zip(COLUMNS.items(), starts, ends)
            for row in database.execute(
                f"SELECT {columns} FROM {table} WHERE {columns.split(',')[0]} > ? AND {columns.split(',')[0]} <= ? "
                "ORDER BY 1", (start, end))
        ]
        made = hashlib.sha256(b"seal\n" + before + b"".join(map(value, [number, time, *ends])) + b"".join(rows)).digest()
        assert digests == b"".join(row[:8] for row in rows)
        yield made, stored, time
        before, starts = made, ends


def test_seals_are_what_their_description_says(outlet):
    database = sqlite3.connect(f"file:{outlet.folder}/outlet.db?mode=ro", uri=True)
    deadline = time.monotonic() + 20  # The meter makes the first one soon after its start.
    while not (made := list(seals(database))) and time.monotonic() < deadline:
        time.sleep(0.1)
    database.close()
    assert made and all(again == stored for again, stored, _ in made)
    request = urllib.request.Request(f"{outlet.url}/v1/billing/seals", headers={"Cookie": f"sid={outlet.sid}"})
    with urllib.request.urlopen(request, timeout=10) as reply:
        days = json.load(reply)["seals"]
    last_of_day = {at // 86_400: stored.hex() for _, stored, at in made}
    assert [day["root"] for day in days] == list(reversed(last_of_day.values()))
