"""A mail server that delivers everything into a folder: nothing leaves the machine."""

import itertools
import socketserver
import threading
from contextlib import contextmanager
from pathlib import Path


class _Session(socketserver.StreamRequestHandler):
    """One SMTP conversation (RFC 5321, without authentication or TLS)."""

    timeout = 60

    def handle(self):
        self._say("220 o2c demo mailbox")
        while line := self.rfile.readline():
            verb = line.strip().upper()[:4]
            if verb == b"DATA":
                self._say("354 go on")
                self.server.keep(self._message())
                self._say("250 kept")
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 o2c")

    def _say(self, text):
        self.wfile.write(f"{text}\r\n".encode())

    def _message(self):
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)


class _Mailbox(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, folder):
        super().__init__(("127.0.0.1", 0), _Session)
        self.folder = folder
        self.numbers = itertools.count(1)

    def keep(self, message):
        name = f"{next(self.numbers):05}.eml"
        unfinished = self.folder / f".{name}"
        unfinished.write_bytes(message)
        unfinished.rename(self.folder / name)


@contextmanager
def running(folder):
    """The mail server, taking mail inside this block.

    :param Path folder: where each message becomes a file .eml
    :return: its port on 127.0.0.1
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with _Mailbox(folder) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
