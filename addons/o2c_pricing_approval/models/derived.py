"""Fields that are worked out from others: nobody types them."""

from odoo.addons.o2c_order_gate.models.messages import refused


def without(vals, names):
    """Values of other fields than these."""
    return {name: value for name, value in vals.items() if name not in names}


def without_typed(records, vals, names):
    """Values to write, without those of fields that nobody types.

    :param records: what is written
    :param dict vals: the values
    :param frozenset names: of the fields
    :raise UserError: when one of them would become other than it is; a form that sends
        back what it was given is no attempt
    """
    typed = sorted(names & vals.keys())
    changed = {
        record._fields[name]._description_string(record.env)
        for record in records
        for name in typed
        if _differs(record, name, vals[name])
    }
    if changed:
        raise refused(
            "write",
            records,
            records.env._(
                "Nobody types these: %(fields)s. They follow from the agreement and "
                "from what was sold.",
                fields=", ".join(sorted(changed)),
            ),
        )
    return without(vals, names) if typed else vals


def _differs(record, name, value):
    field = record._fields[name]
    now = field.convert_to_cache(record[name], record)
    return field.convert_to_cache(value, record) != now
