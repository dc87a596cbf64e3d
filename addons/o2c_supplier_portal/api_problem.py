import json

from werkzeug.exceptions import HTTPException

from odoo.http import Response

from .portal_core import problem


class ApiProblem(HTTPException):
    """An error with a code for programs and all wrong parameters at once."""

    def __init__(self, status, code, detail, errors=(), headers=()):
        super().__init__(detail)
        self.code = status
        self.body = problem.document(status, code, detail, errors)
        self.headers = list(headers)

    def get_response(self, environ=None, scope=None):
        return Response(
            json.dumps(self.body),
            status=self.code,
            content_type=problem.MEDIA_TYPE,
            headers=[("Cache-Control", "no-store"), *self.headers],
        )
