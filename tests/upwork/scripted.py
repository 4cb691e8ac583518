"""A server that follows a script: what the sandbox cannot say because no schema allows it."""

import http.server
import json
import socket
import threading
from dataclasses import dataclass, field
from typing import Self

DROP = "drop"


@dataclass
class Reply:
    """One answer; `DROP` as the body closes the line without a word."""

    body: object
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    def raw(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()


class ScriptedServer:
    """Answers POST requests with the replies in turn, the last one for ever; keeps what was asked."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.asked: list[tuple[dict[str, str], object]] = []
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def will_say(self, *replies: object) -> None:
        self.replies = [reply if isinstance(reply, Reply) else Reply(reply) for reply in replies]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(script) -> type[http.server.BaseHTTPRequestHandler]:  # noqa: N805 `self` is the handler's
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                script.asked.append((dict(self.headers), json.loads(body) if body.startswith(b"{") else body.decode()))
                reply = script.replies.pop(0) if len(script.replies) > 1 else script.replies[0]
                if reply.body is DROP:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    self.close_connection = True
                    return
                raw = reply.raw()
                self.send_response(reply.status)
                for name, value in {"Content-Length": str(len(raw)), **reply.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_arguments: object) -> None:
                pass

        return Handler
