"""Sends the message on standard input by Python's smtplib."""

import smtplib
import ssl
import sys

host, port, kind, user, password, sender, recipient = sys.argv[1:]
anybody = ssl.create_default_context()
anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
name = "client.example.com"
if kind == "465":
    server = smtplib.SMTP_SSL(host, int(port), local_hostname=name, context=anybody, timeout=30)
else:
    server = smtplib.SMTP(host, int(port), local_hostname=name, timeout=30)
with server:
    if kind == "587":
        server.starttls(context=anybody)
    if user:
        server.login(user, password)
    server.sendmail(sender, recipient, sys.stdin.read())
