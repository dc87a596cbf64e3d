"""A person at a browser, without the browser: logs in, calls, reads and posts pages."""

import json
import re
from itertools import cycle

import requests

TIMEOUT = 120


class Refused(Exception):
    """Odoo answered with an error; the text is what the person reads."""


class Person:
    """One user's session with the server.

    :param addresses: where the server is; with several hosts, each request goes to the
        next one, as behind a load balancer
    :param str database: name of the database
    :param str login: who
    """

    def __init__(self, addresses, database, login, password):
        self._addresses = cycle(
            [addresses] if isinstance(addresses, str) else addresses
        )
        self.login = login
        self.http = requests.Session()
        answer = self._json(
            "/web/session/authenticate",
            {"db": database, "login": login, "password": password},
        )
        self.uid = answer["uid"]
        self.context = answer["user_context"]

    @property
    def url(self):
        """Address of the host that gets the next request."""
        return next(self._addresses)

    def _json(self, path, params):
        answer = self.http.post(
            self.url + path,
            json={"jsonrpc": "2.0", "method": "call", "params": params},
            timeout=TIMEOUT,
        )
        answer.raise_for_status()
        body = answer.json()
        if "error" in body:
            data = body["error"].get("data", {})
            raise Refused(data.get("message") or body["error"]["message"])
        return body.get("result")

    def call(self, model, method, *args, **kwargs):
        """Call a public method of a model as the web client does."""
        kwargs["context"] = {**self.context, **kwargs.get("context", {})}
        return self._json(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": list(args), "kwargs": kwargs},
        )

    def menus(self):
        """The menus that this person sees."""
        return json.loads(self.page("/web/webclient/load_menus")).values()

    def load_action(self, number):
        """What a menu opens."""
        return self._json(
            "/web/action/load", {"action_id": number, "context": self.context}
        )

    def create(self, model, values):
        return self.call(model, "create", [values])[0]

    def read(self, model, ids, fields):
        single = isinstance(ids, int)
        rows = self.call(model, "read", [ids] if single else ids, fields)
        return rows[0] if single else rows

    def search(self, model, domain, fields=("id",), **options):
        return self.call(model, "search_read", domain, list(fields), **options)

    def press(self, model, ids, button, **kwargs):
        """Press a button of a form."""
        return self.call(
            model, button, [ids] if isinstance(ids, int) else ids, **kwargs
        )

    def page(self, path):
        """Open a page and return its text."""
        answer = self.http.get(self.url + path, timeout=TIMEOUT)
        answer.raise_for_status()
        return answer.text

    def download(self, path):
        answer = self.http.get(self.url + path, timeout=TIMEOUT)
        answer.raise_for_status()
        return answer.content

    def token(self, page):
        """Return the CSRF token of a page that shows a form."""
        found = re.search(
            r'name="csrf_token"[^>]*value="([^"]+)"|csrf_token: "([^"]+)"',
            self.page(page),
        )
        return found[1] or found[2]

    def submit(self, path, form, *, page=None, files=None):
        """Post a form with the CSRF token of the page that shows it."""
        data = {**form, "csrf_token": self.token(page or path)}
        answer = self.http.post(
            self.url + path, data=data, files=files, timeout=TIMEOUT
        )
        answer.raise_for_status()
        return answer.text
