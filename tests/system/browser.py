"""A headless Chromium that opens pages of the server as somebody and takes pictures."""

import base64
import json
import re
import subprocess
import tempfile
import time
from contextlib import ExitStack

import websocket

from o2c_cli import system

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
# A promise that is kept once what changed was drawn.
DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
LOADED = "location.href != 'about:blank' && document.readyState == 'complete'"
LISTENING = re.compile(r"DevTools listening on (ws://\S+)")


class Browser:
    """One browser, driven over the DevTools protocol; use it as a context manager."""

    def __enter__(self):
        with ExitStack() as stack:
            profile = stack.enter_context(tempfile.TemporaryDirectory())
            process = stack.enter_context(
                system.child(
                    ["chromium", *FLAGS, f"--user-data-dir={profile}", "about:blank"],
                    stderr=subprocess.PIPE,
                    text=True,
                )
            )
            for line in process.stderr:
                if found := LISTENING.search(line):
                    break
            else:
                raise RuntimeError("Chromium did not start.")
            self.stack = stack.pop_all()
        self.number = 0
        self.session = None
        self.socket = websocket.create_connection(found[1], timeout=60)
        target = self._do("Target.createTarget", url="about:blank")["targetId"]
        attached = self._do("Target.attachToTarget", targetId=target, flatten=True)
        self.session = attached["sessionId"]
        return self

    def __exit__(self, *_error):
        self.socket.close()
        self.stack.close()

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
        result = self._do(
            "Runtime.evaluate",
            expression=expression,
            returnByValue=True,
            awaitPromise=True,
        )
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
        self._resize(width, height)
        self._do("Page.navigate", url="about:blank")
        self._do("Page.navigate", url=url)
        self._wait_until_still(ready)
        self._keep(path)

    def widths(self, url, paths, *, height=900):
        """Open a page that the server wrote, once, and keep a picture at each width.

        Such a page stands still once it is loaded, unlike one that scripts write.

        :param str url: the page
        :param dict paths: width in pixels → the PNG file
        :return: generator of the widths, each with the page as wide as that
        """
        self._do("Page.navigate", url="about:blank")
        self._do("Page.navigate", url=url)
        self._wait_for(LOADED)
        for width, path in paths.items():
            self._resize(width, height)
            self.evaluate(DRAWN)
            self._keep(path)
            yield width

    def _resize(self, width, height):
        self._do(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )

    def _keep(self, path):
        shot = self._do("Page.captureScreenshot", format="png")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(shot["data"]))

    def _wait_for(self, condition):
        deadline = time.monotonic() + 90
        while not self.evaluate(condition):
            if time.monotonic() > deadline:
                raise RuntimeError(f"This did not come true within 90 s: {condition}")
            time.sleep(0.05)

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
