"""The demo wholesaler as plain data: no Odoo here."""
