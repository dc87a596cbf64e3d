"""What the values of a many2many field say before they are written."""

from odoo import fields


def linked(commands):
    """Ids that they add, whichever way they are written.

    :param commands: list of commands or of ids
    """
    ids = set()
    for command in commands or ():
        if isinstance(command, int):
            ids.add(command)
        elif command[0] == fields.Command.LINK:
            ids.add(command[1])
        elif command[0] == fields.Command.SET:
            ids.update(command[2])
    return list(ids)
