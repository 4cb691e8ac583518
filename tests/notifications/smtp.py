"""A mail server for one test: speaks enough SMTP to take mails, to refuse them and to die at a chosen moment."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage


class MailServer(socketserver.ThreadingTCPServer):
    """`recipient_reply` and `data_reply` are what it answers; `drop_after_data` breaks off, `hold` waits before answering."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.mails: list[EmailMessage] = []
        self.recipient_reply = "250 OK"
        self.data_reply = "250 Taken"
        self.drop_after_data = False
        self.hold = threading.Event()
        self.hold.set()
        self.has_mail = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.say("220 test")
        while line := self.rfile.readline():
            word = line.split()[0].upper() if line.split() else b""
            if word == b"RCPT":
                self.say(self.server.recipient_reply)
            elif word == b"DATA":
                self.say("354 Go on")
                if not self.take():
                    return
            elif word == b"QUIT":
                self.say("221 Bye")
                return
            else:
                self.say("250 OK")

    def take(self) -> bool:
        """Read the mail and answer; False when the conversation ends here."""
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        self.server.mails.append(message_from_bytes(b"".join(lines), policy=policy.default))
        self.server.has_mail.set()
        self.server.hold.wait(60)
        if self.server.drop_after_data:
            return False
        self.say(self.server.data_reply)
        return True

    def say(self, reply: str) -> None:
        self.wfile.write(f"{reply}\r\n".encode())


@contextmanager
def running_mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.hold.set()
        server.shutdown()
        thread.join()
