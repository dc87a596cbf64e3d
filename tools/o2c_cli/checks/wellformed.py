"""XML that a parser accepts, without tabs; prettier does the rest where npm is."""

import sys
from xml.etree import ElementTree

from o2c_cli.checks import files


def findings(paths):
    """XML files under addons that do not parse or are indented with tabs.

    :param paths: files and folders relative to the project
    :return: list of lines "path:line: what"
    """
    found = []
    for path in files.below(paths, ".xml", ".xsd", ".svg"):
        if path.parts[0] != "addons":
            continue  # tests keep broken XML on purpose
        text = (files.ROOT / path).read_bytes()
        try:
            ElementTree.fromstring(text)
        except ElementTree.ParseError as error:
            found.append(f"{path}:{error.position[0]}: {error}")
        if path.suffix == ".xml" and b"\n\t" in text:
            line = text[: text.index(b"\n\t")].count(b"\n") + 2
            found.append(f"{path}:{line}: indented with a tab, use four spaces")
    return found


if __name__ == "__main__":
    sys.exit(files.report(findings(sys.argv[1:])))
