"""Odoo's command line as a file: with workers, it starts its bus by that file's name.

`python tools/odoo_script.py -m odoo …` does what `python -m odoo …` does.
"""

import sys

from odoo.cli import main


def run():
    """Do what the command line says, without the `-m odoo` that it starts with."""
    if sys.argv[1:3] == ["-m", "odoo"]:
        del sys.argv[1:3]
    main()


if __name__ == "__main__":
    run()
