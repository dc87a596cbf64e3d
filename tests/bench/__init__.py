"""Measures: the suite beside Odoo's own modules, in one run."""
