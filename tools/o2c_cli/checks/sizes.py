"""Long files and long functions: nobody reads them well."""

import ast
import sys

from o2c_cli.checks import files

FILE_LINES = 400
TEST_FILE_LINES = 500
FUNCTION_LINES = 60


def findings(paths):
    """What is longer than the house allows.

    :param paths: files and folders relative to the project
    :return: list of lines "path:line: what"
    """
    found = []
    for path in files.below(paths, ".py"):
        text = (files.ROOT / path).read_text()
        limit = TEST_FILE_LINES if "tests" in path.parts else FILE_LINES
        length = text.count("\n")
        if length > limit:
            found.append(f"{path}:1: {length} lines, at most {limit}")
        found += [f"{path}:{line}: {what}" for line, what in _long_functions(text)]
    return found


def _long_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = node.end_lineno - node.lineno + 1
            if length > FUNCTION_LINES:
                what = f"{node.name} has {length} lines, at most {FUNCTION_LINES}"
                yield node.lineno, what


if __name__ == "__main__":
    sys.exit(files.report(findings(sys.argv[1:])))
