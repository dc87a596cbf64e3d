"""A headless Chromium that opens pages of the server as somebody and takes pictures."""

import base64
import contextlib
import json
import os
import re
import signal
import subprocess
import tempfile
import time

import websocket

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
)
LISTENING = re.compile(r"DevTools listening on (ws://\S+)")


class Browser:
    """One browser, driven over the DevTools protocol; use it as a context manager."""

    def __enter__(self):
        self.profile = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen(
            ["chromium", *FLAGS, f"--user-data-dir={self.profile.name}", "about:blank"],
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        for line in self.process.stderr:
            if found := LISTENING.search(line):
                break
        else:
            raise RuntimeError("Chromium did not start.")
        self.number = 0
        self.session = None
        self.socket = websocket.create_connection(found[1], timeout=60)
        target = self._do("Target.createTarget", url="about:blank")["targetId"]
        attached = self._do("Target.attachToTarget", targetId=target, flatten=True)
        self.session = attached["sessionId"]
        return self

    def __exit__(self, *_error):
        self.socket.close()
        self._stop()
        self.profile.cleanup()

    def _stop(self):
        """End every process: one that outlives the first still writes its cache."""
        self.process.terminate()
        self.process.wait()
        deadline = time.monotonic() + 10
        with contextlib.suppress(ProcessLookupError):
            while time.monotonic() < deadline:
                os.killpg(self.process.pid, signal.SIGKILL)
                time.sleep(0.01)

    def _do(self, method, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        self.socket.send(json.dumps(message))
        while (answer := json.loads(self.socket.recv())).get("id") != self.number:
            continue
        if "error" in answer:
            raise RuntimeError(answer["error"]["message"])
        return answer["result"]

    def evaluate(self, expression):
        """Evaluate JavaScript in the page and return its value."""
        result = self._do("Runtime.evaluate", expression=expression, returnByValue=True)
        return result["result"].get("value")

    def be(self, person):
        """Go on as somebody who signed in elsewhere."""
        cookie = person.http.cookies.get("session_id")
        self._do("Network.clearBrowserCookies")
        self._do("Network.setCookie", name="session_id", value=cookie, url=person.url)

    def picture(self, url, path, *, width=1280, height=900, ready="main, .o_action"):
        """Open a page, wait until it stands still, and keep a picture of it.

        :param str url: the page
        :param Path path: the PNG file
        :param int width: pixels, 390 for a phone
        :param str ready: CSS selector of something that is there when it is loaded
        """
        self._do(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        self._do("Page.navigate", url="about:blank")
        self._do("Page.navigate", url=url)
        self._wait_until_still(ready)
        shot = self._do("Page.captureScreenshot", format="png")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(shot["data"]))

    def _wait_until_still(self, ready):
        """The page is there and its text has not changed for a second."""
        deadline = time.monotonic() + 90
        before, since = None, time.monotonic()
        look = f"document.querySelector('{ready}') && document.body.innerText"
        while time.monotonic() < deadline:
            text = self.evaluate(look)
            if text != before:
                before, since = text, time.monotonic()
            elif text and time.monotonic() - since > 1:
                return
            time.sleep(0.1)
        raise RuntimeError(f"The page did not show {ready} within 90 s.")
