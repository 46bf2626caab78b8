<?php
// Sends the message on standard input by PHPMailer.
foreach (['Exception', 'PHPMailer', 'SMTP'] as $class) {
    require_once "libphp-phpmailer/src/$class.php";
}

[, $host, $port, $kind, $user, $password, $from, $to] = $argv;
[$head, $body] = explode("\n\n", stream_get_contents(STDIN), 2);
$mail = new PHPMailer\PHPMailer\PHPMailer();
$mail->isSMTP();
$mail->Host = $host;
$mail->Port = (int) $port;
$mail->SMTPSecure = ['25' => '', '587' => 'tls', '465' => 'ssl'][$kind];
$mail->SMTPAutoTLS = false;
$mail->SMTPAuth = $user !== '';
$mail->Username = $user;
$mail->Password = $password;
$mail->Hostname = 'client.example.com';
$mail->Timeout = 30;
$mail->SMTPOptions = ['ssl' => ['verify_peer' => false, 'verify_peer_name' => false, 'allow_self_signed' => true]];
$mail->setFrom($from);
$mail->addAddress($to);
preg_match('/^Subject: (.*)$/m', $head, $subject);
$mail->Subject = $subject[1];
$mail->Body = $body;
if (!$mail->send()) {
    fwrite(STDERR, $mail->ErrorInfo . "\n");
    exit(1);
}
