<?php
// The list of a renter's rentals, by whom the cookie signs in: the work of GET /v1/rentals without its money checks.
$database = new PDO('sqlite:' . getenv('OUTLET_DATABASE'), null, null, [PDO::ATTR_PERSISTENT => true]);
header('Content-Type: application/json');
header('Cache-Control: no-store');
if (!isset($_COOKIE['sid'])) {
    echo '{}';
    exit;
}
$session = $database->prepare('SELECT user_id FROM sign_in WHERE secret_hash = ? AND expires_at_s > ?');
$session->bindValue(1, hash('sha256', $_COOKIE['sid'], true), PDO::PARAM_LOB);
$session->bindValue(2, time(), PDO::PARAM_INT);
$session->execute();
$user = $session->fetchColumn();
$rentals = $database->prepare('SELECT * FROM rental WHERE user_id = ? ORDER BY id DESC LIMIT 21');
$rentals->execute([$user]);
$rows = [];
foreach ($rentals->fetchAll(PDO::FETCH_ASSOC) as $row) {
    $seconds = max($row['billed_s'], ($row['ends_at_s'] ?? $row['confirmed_at_s']) - $row['running_at_s']);
    $rows[] = [
        'id' => $row['id'], 'name' => $row['name'], 'status' => $row['state'], 'familyId' => $row['family'],
        'gpuCount' => $row['gpu_count'], 'pricePerHourCents' => $row['rate_cents'], 'host' => $row['host'],
        'port' => $row['port'], 'region' => $row['region'], 'startedAt' => gmdate('Y-m-d\TH:i:s\Z', $row['asked_at_s']),
        'stoppedAt' => $row['ends_at_s'], 'totalChargedCents' => intdiv(2 * $seconds * $row['rate_cents'] + 3600, 7200),
        'runningSince' => gmdate('Y-m-d\TH:i:s\Z', $row['running_at_s']), 'autoStopAt' => $row['auto_stop_at_s'],
        'templateId' => $row['template_id'], 'provider' => $row['provider'], 'error' => $row['error'],
        'stopReason' => $row['stop_reason'], 'sshCommand' => "ssh -p {$row['port']} {$row['ssh_user']}@{$row['host']}",
        'hostKeyFingerprint' => $row['host_key_fingerprint'],
    ];
}
echo json_encode(['rentals' => array_slice($rows, 0, 20), 'nextCursor' => null]);
