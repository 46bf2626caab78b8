<?php
// Sends the message on standard input by PEAR's Mail.
error_reporting(E_ALL & ~E_DEPRECATED & ~E_STRICT);
require_once 'Mail.php';

[, $host, $port, $kind, $user, $password, $from, $to] = $argv;
[$head, $body] = explode("\n\n", stream_get_contents(STDIN), 2);
$headers = [];
foreach (explode("\n", $head) as $line) {
    [$name, $value] = explode(': ', $line, 2);
    $headers[$name] = $value;
}
$mail = Mail::factory('smtp', [
    'host' => $kind === '465' ? "ssl://$host" : $host,
    'port' => (int) $port,
    'auth' => $user !== '',
    'username' => $user,
    'password' => $password,
    'localhost' => 'client.example.com',
    'timeout' => 30,
    'socket_options' => ['ssl' => ['verify_peer' => false, 'verify_peer_name' => false]],
]);
$sent = $mail->send($to, ['Return-Path' => $from] + $headers, $body);
if (PEAR::isError($sent)) {
    fwrite(STDERR, $sent->getMessage() . "\n");
    exit(1);
}
