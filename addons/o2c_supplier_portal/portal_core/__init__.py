"""Rules of the supplier portal that need no Odoo: plain values in and out."""
