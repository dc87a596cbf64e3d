"""Fields that follow from what happens are nobody's to enter, whatever the way in."""

from odoo.exceptions import AccessError


def refuse_by_hand(records, names):
    """Refuse to set fields that the addon itself keeps, with superuser rights.

    :param names: field names that somebody sets
    :raises AccessError: for all of them at once
    """
    if records.env.su or not names:
        return
    labels = sorted(records._fields[n]._description_string(records.env) for n in names)
    raise AccessError(
        records.env._(
            "Nobody enters this by hand: %(fields)s. It follows from what is done with "
            "the buttons of the document.",
            fields=", ".join(labels),
        )
    )


def refuse_in_values(records, names, vals_list):
    """Refuse values of new records that say such fields.

    :param names: field names that nobody sets
    :raises AccessError: for all of them at once
    """
    refuse_by_hand(records, {n for vals in vals_list for n in names & vals.keys()})


def refuse_preset(records, names, **blanks):
    """Refuse new records that bring such fields along, as defaults of a context do.

    :param names: field names that are empty in a new record
    :param blanks: field name → value of a new record, where that is not empty
    :raises AccessError: for all of them at once
    """
    stored = records.sudo()
    preset = {name for name in names if any(record[name] for record in stored)}
    preset |= {n for n, blank in blanks.items() if any(r[n] != blank for r in stored)}
    refuse_by_hand(records, preset)
