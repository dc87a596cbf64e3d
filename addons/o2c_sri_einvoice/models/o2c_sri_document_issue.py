import base64
import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..sri_core import access_key as sri_key
from ..sri_core import issue
from ..sri_core.errors import SriError
from ..sri_core.signer import SignatureIds
from ..tools import ecuador
from .o2c_sri_document import OPEN_STATES


class O2cSriDocument(models.Model):
    """Signing: from a comprobante of ``sri_core`` to the stored legal record."""

    # One file a topic, none above 400 lines.
    _inherit = "o2c.sri.document"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _o2c_last_sequential(
        self, company, document_type, establishment, emission_point
    ):
        """Return the highest number used so far, 0 when there is none."""
        [(last,)] = self.sudo()._read_group(
            [
                ("company_id", "=", company.id),
                ("document_type", "=", document_type),
                ("establishment", "=", establishment),
                ("emission_point", "=", emission_point),
            ],
            aggregates=["sequential:max"],
        )
        return int(last or 0)

    @api.model
    def _o2c_key_for(self, existing, company, document_type, series, issued):
        """Return the access key: the one given before while it still fits.

        A correction keeps its key unless date, RUC, environment or number changed
        (ficha técnica; SPEC 6.1), because the SRI may know the key.

        :param existing: the document being corrected, or an empty recordset.
        :param tuple series: establishment, emission point, sequential.
        :param date issued: date in Ecuador.
        """
        code = secrets.randbelow(10**8)
        if existing:
            code = sri_key.parse(existing.access_key).numeric_code
        return sri_key.build(
            issued,
            document_type,
            company.vat,
            company.o2c_sri_environment,
            *series,
            code,
        )

    @api.model
    def _o2c_sign(self, comprobantes):
        """Build, check and sign documents; nothing is stored.

        :param list comprobantes: of (company, comprobante of ``sri_core.documents``).
        :return: list of ``sri_core.issue.SignedDocument``, in the same order.
        :raise UserError: all problems of all documents at once.
        """
        problems, signed = [], []
        credentials = {}
        for company, comprobante in comprobantes:
            if company not in credentials:
                credentials[company] = company._o2c_sri_credential()
            try:
                signed.append(
                    issue.prepare(
                        comprobante,
                        credentials[company],
                        ecuador.now(),
                        SignatureIds(secrets.randbelow(10**9)),
                        company.o2c_sri_signature_algorithm,
                    )
                )
            except SriError as error:
                problems += self._o2c_sentences(comprobante.number, error)
        if problems:
            raise UserError("\n".join(problems))
        return signed

    @api.model
    def _o2c_issue(self, prepared):
        """Sign documents and store them, to be sent once the transaction commits.

        :param list prepared: of (existing document or empty, comprobante of
            ``sri_core.documents``, values of this model: company, partner, move…).
        :return: the documents, in the same order.
        :raise UserError: all problems of all documents at once.
        """
        to_create, issued = [], self.sudo()
        signatures = self._o2c_sign(
            [(values["company_id"], document) for _old, document, values in prepared]
        )
        for (existing, comprobante, values), signed in zip(
            prepared, signatures, strict=True
        ):
            vals = self._o2c_prepare_vals(comprobante, signed, values)
            if existing:
                existing.sudo()._o2c_reissue(vals)
                issued |= existing.sudo()
            else:
                to_create.append(vals)
        issued |= self.sudo().create(to_create)
        self._o2c_trigger()
        return issued

    def _o2c_sentences(self, number, error):
        lang = self.env.user.lang or "en"
        return [f"• {number}: {m.in_language(lang)}" for m in error.messages]

    def _o2c_prepare_vals(self, comprobante, signed, values):
        return {
            **{
                name: value.id if isinstance(value, models.BaseModel) else value
                for name, value in values.items()
            },
            "document_type": signed.document_type,
            "environment": comprobante.environment,
            "establishment": comprobante.establishment,
            "emission_point": comprobante.emission_point,
            "sequential": comprobante.sequential,
            "access_key": signed.access_key,
            "issue_date": comprobante.issue_date,
            "version": signed.version,
            "signed_xml": base64.b64encode(signed.xml),
            "state": "signed",
            "next_try": fields.Datetime.now(),
        }

    def _o2c_reissue(self, vals):
        """Store the corrected bytes under the number that was given before."""
        self.ensure_one()
        if self.state not in OPEN_STATES:
            raise UserError(
                self.env._(
                    "%(document)s is with the SRI: it cannot be signed again.",
                    document=self.display_name,
                )
            )
        if vals["access_key"] != self.access_key:
            self._o2c_note("key", self.env._("Former key: %s", self.access_key))
        self.write(
            {
                **vals,
                "attempts": 0,
                "unanswered": 0,
                "received_on": False,
                "corrected_on": fields.Datetime.now(),
            }
        )
