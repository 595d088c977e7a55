<?php
// The list of a renter's rentals as a page of PHP would answer it: whom the cookie signs in, the outlet's time, the limits
// of requests, what each rental has cost by now, and an ETag over the reply; php-fpm itself writes the log. What it leaves
// out of GET /v1/rentals: what a wallet that has run dry pays for.
$database = new PDO(
    'sqlite:' . getenv('OUTLET_DATABASE'), null, null, [PDO::ATTR_PERSISTENT => getenv('OUTLET_CONNECTION') === 'kept']);

function row(string $sql, array $values): array|false {
    global $database;
    $statement = $database->prepare($sql);
    foreach ($values as $place => $value) {
        $statement->bindValue($place + 1, $value, is_int($value) ? PDO::PARAM_INT : PDO::PARAM_LOB);
    }
    $statement->execute();
    return $statement->fetch(PDO::FETCH_ASSOC);
}

function iso(?int $seconds): ?string {
    return $seconds === null ? null : gmdate('Y-m-d\TH:i:s\Z', $seconds);
}

/** Counts one request in the memory that all pages share, in the windows of a minute and of an hour. */
function limit(string $subject): void {
    $tightest = null;
    foreach ([60 => 1000000, 3600 => 1000000] as $window => $limit) {
        $start = time() - time() % $window;
        $used = apcu_inc("$subject $window $start", 1, $success, $window);
        if ($used > $limit) {
            http_response_code(429);
            exit;
        }
        if ($tightest === null || $limit - $used < $tightest[1]) {
            $tightest = [$limit, $limit - $used, $start + $window];
        }
    }
    header("X-RateLimit-Limit: $tightest[0]");
    header("X-RateLimit-Remaining: $tightest[1]");
    header("X-RateLimit-Reset: $tightest[2]");
}

header('Content-Type: application/json');
if (!isset($_COOKIE['sid'])) {
    echo '{}';
    exit;
}
$database->beginTransaction();
$clock = row('SELECT offset_ms, billing_ms FROM clock WHERE id = 1', []);
$now = intdiv(max($clock['billing_ms'], intdiv(hrtime(true), 1000000) + $clock['offset_ms']), 1000);
$session = row(
    'SELECT user_id, email, seen_at_s, sign_in.expires_at_s FROM sign_in JOIN renter ON renter.id = sign_in.user_id
      WHERE secret_hash = ? AND expires_at_s > ? AND closed_at_s IS NULL',
    [hash('sha256', $_COOKIE['sid'], true), $now]);
if ($session === false) {
    http_response_code(401);
    exit;
}
limit('session:' . $_COOKIE['sid']);
$wallet = row('SELECT exhausts_at_s FROM wallet WHERE user_id = ?', [$session['user_id']]);
$last = min($now, $wallet['exhausts_at_s'] ?? $now);
$rentals = $database->prepare('SELECT * FROM rental WHERE user_id = ? ORDER BY id DESC LIMIT 21');
$rentals->execute([$session['user_id']]);
$rows = [];
foreach ($rentals->fetchAll(PDO::FETCH_ASSOC) as $row) {
    $seconds = $row['billed_s'];
    if ($row['closed_at_s'] === null && $row['running_at_s'] !== null) {
        $end = min($last, $row['ends_at_s'] ?? $row['auto_stop_at_s'] ?? $last);
        if ($end - $row['confirmed_at_s'] > 30) $end = $row['confirmed_at_s'];
        $seconds = max($seconds, $end - $row['running_at_s']);
    }
    $rows[] = [
        'id' => $row['id'], 'name' => $row['name'], 'status' => $row['state'], 'familyId' => $row['family'],
        'gpuCount' => $row['gpu_count'], 'pricePerHourCents' => $row['rate_cents'], 'host' => $row['host'],
        'port' => $row['port'], 'region' => $row['region'], 'startedAt' => iso($row['asked_at_s']),
        'stoppedAt' => iso($row['ends_at_s']),
        'totalChargedCents' => intdiv(2 * $seconds * $row['rate_cents'] + 3600, 7200),
        'runningSince' => iso($row['running_at_s']), 'autoStopAt' => iso($row['auto_stop_at_s']),
        'templateId' => $row['template_id'], 'provider' => $row['provider'],
        'error' => $row['state'] === 'failed' ? $row['error'] : null, 'stopReason' => $row['stop_reason'],
        'sshCommand' => "ssh -p {$row['port']} {$row['ssh_user']}@{$row['host']}",
        'hostKeyFingerprint' => $row['host_key_fingerprint'],
    ];
}
$database->commit();
$page = array_slice($rows, 0, 20);
$body = json_encode(
    ['rentals' => $page, 'nextCursor' => count($rows) > 20 ? end($page)['id'] : null], JSON_UNESCAPED_SLASHES);
$tag = 'W/"' . substr(hash('sha256', $body), 0, 32) . '"';
header('Cache-Control: private, no-cache');
header("ETag: $tag");
if (($_SERVER['HTTP_IF_NONE_MATCH'] ?? '') === $tag) {
    http_response_code(304);
    exit;
}
echo $body;
