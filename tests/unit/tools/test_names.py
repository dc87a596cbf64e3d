"""Addons that do not know each other give no name twice on a model both extend.

The later one in the registry would silently replace the other's field or method.
"""

import ast
from collections import defaultdict
from itertools import combinations

from o2c_cli import project


def test_no_name_is_given_twice():
    depends = _dependencies()
    given = defaultdict(set)
    for addon in depends:
        for file in (project.ADDONS / addon / "models").glob("*.py"):
            for model, name in _names(ast.parse(file.read_text())):
                given[model, name].add(addon)
    assert given["sale.order", "_o2c_gate_findings"], "names are found at all"
    twice = {
        f"{model}.{name}: {one}, {other}"
        for (model, name), addons in given.items()
        for one, other in combinations(sorted(addons), 2)
        if other not in depends[one]
        and one not in depends[other]
        # what both extend of an addon that both stand on
        and not addons & depends[one] & depends[other]
    }
    assert twice == set()


def _dependencies():
    """Our addons, each with those of ours that it stands on."""
    direct = {
        manifest.parent.name: set(ast.literal_eval(manifest.read_text())["depends"])
        for manifest in project.ADDONS.glob("*/__manifest__.py")
    }

    def below(addon):
        near = direct[addon] & direct.keys()
        return near.union(*map(below, near))

    return {addon: below(addon) for addon in direct}


def _names(tree):
    """Yield (model, name) of our fields and methods on models of others."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            attributes = _attributes(node)
            inherited = attributes.get("_inherit")
            if inherited and "_name" not in attributes:
                models = [inherited] if isinstance(inherited, str) else inherited
                for name in _defined(node):
                    if "o2c_" in name:
                        yield from ((model, name) for model in models)


def _attributes(node):
    return {
        name: ast.literal_eval(child.value)
        for child in node.body
        if isinstance(child, ast.Assign)
        and (name := getattr(child.targets[0], "id", "")) in ("_inherit", "_name")
    }


def _defined(node):
    for child in node.body:
        if isinstance(child, ast.FunctionDef):
            yield child.name
        elif isinstance(child, ast.Assign):
            yield getattr(child.targets[0], "id", "")
