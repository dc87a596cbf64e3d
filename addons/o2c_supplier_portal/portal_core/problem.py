"""Errors of the API as problem documents (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus

MEDIA_TYPE = "application/problem+json"
_BASE = "/o2c/api/v1/problems/"


def document(status: int, code: str, detail: str, errors: tuple | list = ()) -> dict:
    """Return the body of an error answer.

    :param code: stable word that a program can switch on
    :param detail: one sentence for a person: what is wrong and what to do
    :param errors: one dict per wrong parameter

    >>> document(404, "not_found", "There is no such settlement.")["title"]
    'Not Found'
    """
    body = {
        "type": _BASE + code,
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }
    if errors:
        body["errors"] = list(errors)
    return body
