"""scripts/verify-csv accepts a true ledger, and tells the first wrong line of any other."""

import csv
import io
import subprocess
import sys
import urllib.request

import pytest

from outlet import ROOT

HEADING = (
    "id,type,amountCents,createdAt,balanceAfterCents,availableAfterCents,reservedAfterCents,rentalId,secondsBilled,"
    "ratePerHourCents,periodStart,periodEnd,stripeChargeId,paymentId,note,seal").split(",")
# One wallet, oldest line first, worked out by hand: 280 cents an hour from 10:00:00, stopped after 1 h 20 min 27 s; 100
# cents an hour, stopped after 90 s; one that failed; one that was lost after 30 s; and one that runs.
LIFE = """
01,stripe_topup,2000,09:00:00,2000,0,,
02,hold,0,09:59:58,1720,280,rent_A,
03,rental_charge,-140,10:30:00,1720,140,rent_A,10:00:00 10:30:00 280
04,hold,0,10:30:00,1620,240,rent_B,
05,rental_charge,-140,11:00:00,1620,100,rent_A,10:30:00 11:00:00 280
06,rental_charge,-95,11:20:27,1525,100,rent_A,11:00:00 11:20:27 280
07,rental_charge,-3,11:31:30,1525,97,rent_B,11:30:00 11:31:30 100
08,release,0,11:31:30,1622,0,rent_B,
09,hold,0,12:00:00,1522,100,rent_C,
10,refund,0,12:01:00,1622,0,rent_C,
11,hold,0,12:10:00,1522,100,rent_D,
12,rental_charge,-1,12:11:00,1522,99,rent_D,12:10:10 12:10:40 100
13,release,0,12:11:00,1621,0,rent_D,
14,refund,1,12:11:00,1622,0,rent_D,
15,adjustment,-22,12:20:00,1600,0,,
16,hold,0,12:30:00,1500,100,rent_E,
17,rental_charge,-1,12:40:00,1500,99,rent_E,12:30:30 12:30:55 100
18,rental_charge,0,12:40:10,1500,99,rent_E,12:30:55 12:31:05 100
""".split("\n")[1:-1]


def moment(time):
    return f"2026-06-07T{time}Z"


def life():
    """The rows of a true export, newest first."""
    table = []
    for text in LIFE:
        number, kind, amount, created, available, reserved, rental, period = text.split(",")
        start, end, rate = period.split() or ("", "", "")
        table.insert(0, dict(zip(HEADING, [
            f"led_01J8ZR0A2B3C4D5E6F7G8H9J{number}", kind, amount, moment(created), str(int(available) + int(reserved)),
            available, reserved, rental, str(clock(end) - clock(start)) if rate else "", rate,
            moment(start) if rate else "", moment(end) if rate else "", "", "",
            "a note, with a comma" if kind == "adjustment" else "", ""])))
    return table


def clock(time):
    hours, minutes, seconds = map(int, time.split(":"))
    return hours * 3600 + minutes * 60 + seconds


def text(table):
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, HEADING)
    writer.writeheader()
    writer.writerows(table)
    return file.getvalue()


def verify(table, *options):
    command = [sys.executable, "-W", "error", ROOT / "scripts" / "verify-csv", *options, "-"]
    return subprocess.run(
        command, input=table if isinstance(table, str) else text(table), capture_output=True, text=True, timeout=30)


def row_of(number):
    """Where a spreadsheet shows a line: the heading is row 1, and the newest line row 2."""
    return len(LIFE) - number + 2


def test_a_true_ledger_is_right():
    result = verify(life())
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "right: 18 lines, 5 rentals, 3.80 USD charged, 15.99 USD in the wallet\n"


def test_an_empty_ledger_is_right():
    assert verify([]).returncode == 0


@pytest.mark.parametrize("first", range(1, 18))
def test_a_part_is_right_wherever_it_begins(first):
    assert verify(life()[:-first], "--part").returncode == 0, first


@pytest.mark.parametrize("number, column, value, reason", [
    (1, "amountCents", "1999", "the oldest line begins at 0"),
    (3, "amountCents", "-139", "before and -139 now make"),
    (3, "balanceAfterCents", "1861", "not available and reserved"),
    (5, "secondsBilled", "1801", "not those of its period"),
    (5, "ratePerHourCents", "281", "billed at 280 cents an hour, not 281"),
    (3, "ratePerHourCents", "281", "cents an hour are 141 cents, not 140"),
    (5, "periodStart", moment("10:30:01"), "not those of its period"),
    (7, "rentalId", "rent_A", "billed at 280 cents an hour, not 100"),
    (7, "rentalId", "rent_X", "has reserved nothing before"),
    (7, "createdAt", moment("11:31:29"), "were not over"),
    (6, "createdAt", moment("10:59:59"), "dated before the line below it"),
    (6, "createdAt", "yesterday", "no time such as"),
    (6, "amountCents", "-95.0", "no whole number"),
    (8, "type", "gift", "no type of a line"),
    (8, "type", "hold", "has reserved before"),
    (8, "rentalId", "rent_A", "has nothing reserved"),
    (9, "rentalId", "", "names no rental"),
    (10, "rentalId", "rent_D", "has reserved nothing before"),
    (10, "id", "led_01J8ZR0A2B3C4D5E6F7G8H9J09", "there twice"),
    (10, "id", "led_x", "no id of a line"),
    (14, "rentalId", "rent_B", "charged 3 cents, and is refunded 1"),
    (15, "type", "auto_topup", "a top-up adds money"),
    (15, "secondsBilled", "5", "bills seconds and is no charge"),
])
def test_a_changed_cell_is_found_at_its_line(number, column, value, reason):
    table = life()
    table[len(LIFE) - number][column] = value
    result = verify(table)
    assert result.returncode == 1
    assert result.stdout.startswith(f"wrong: row {row_of(number)} (") and reason in result.stdout, result.stdout


@pytest.mark.parametrize("number", range(1, 19))
def test_a_line_that_is_gone_is_found(number):
    table = life()
    del table[len(LIFE) - number]
    # Without the newest line, and without one that moves nothing, what is left is a true ledger: keep an older export.
    expected = 0 if number == 18 else 1
    assert verify(table).returncode == expected


@pytest.mark.parametrize("number", [n for n in range(1, 18)])
def test_lines_out_of_order_are_found(number):
    table = life()
    place = len(LIFE) - number
    table[place], table[place - 1] = table[place - 1], table[place]
    assert verify(table).returncode == 1, number


def test_money_moved_between_available_and_reserved_is_found():
    table = life()
    for place in range(len(LIFE) - 7 + 1):  # From line 7 on, a cent too much is left reserved.
        row = table[place]
        row["availableAfterCents"] = str(int(row["availableAfterCents"]) - 1)
        row["reservedAfterCents"] = str(int(row["reservedAfterCents"]) + 1)
    result = verify(table)
    assert result.returncode == 1 and f"row {row_of(7)} " in result.stdout


def test_an_earlier_export_must_still_be_true(tmp_path):
    earlier = tmp_path / "earlier.csv"
    earlier.write_text(text(life()[4:]), newline="")
    sealed = [{**row, "seal": "ab" * 32} for row in life()]
    assert verify(sealed, "--earlier", earlier).returncode == 0
    earlier.write_text(text([{**row, "note": "another"} for row in life()[4:]]), newline="")
    result = verify(sealed, "--earlier", earlier)
    assert result.returncode == 1 and "its note was" in result.stdout
    earlier.write_text(text(sealed), newline="")
    result = verify(sealed[1:], "--earlier", earlier)
    assert result.returncode == 1 and "is gone" in result.stdout


@pytest.mark.parametrize("content", ["", "a,b\r\n1,2\r\n", text(life())[:-30], "\x00"])
def test_what_is_no_ledger_is_not_called_wrong(content):
    result = verify(content)
    assert result.returncode == 2 and result.stderr.startswith("verify-csv: ") and not result.stdout


def test_what_the_outlet_exports_is_right(outlet):
    request = urllib.request.Request(
        f"{outlet.url}/v1/billing/ledger?format=csv", headers={"Cookie": f"sid={outlet.sid}"})
    with urllib.request.urlopen(request, timeout=10) as reply:
        result = verify(reply.read().decode())
    assert result.returncode == 0, result.stdout + result.stderr
