"""Electronic documents of Ecuador's SRI, without Odoo; see README.md."""
