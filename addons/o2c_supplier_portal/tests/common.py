import base64
import re
from datetime import timedelta
from unittest.mock import patch

from odoo import fields, http
from odoo.tests import HttpCase, new_test_user

from odoo.addons.base.models.res_users import CryptContext
from odoo.addons.o2c_consignment.tests.common import ConsignmentCommon

from ..models.ir_http import API_SCOPE, LIMITER

API = "/o2c/api/v1"
PASSWORD = "Clave-2026-portal"
# Odoo's own context takes half a second for each password, and six people have one.
QUICK = CryptContext(
    ["pbkdf2_sha512", "plaintext"], deprecated=["auto"], pbkdf2_sha512__rounds=1000
)


class SupplierPortalCommon(ConsignmentCommon):
    """Two consignors with colleagues, goods, sales and settlements, and one customer.

    Andino: 30 jars received at 50, 10 sold at 100 (due 500), 4 of them in a settlement
    that was sent (due 200). Costa: 20 cups at 20, 5 sold at 40 (due 100), 5 settled.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(
            patch.object(
                cls.registry["res.users"], "_crypt_context", lambda _self: QUICK
            )
        )
        # tests read the English source, whatever the database's language is
        cls.env["res.lang"]._activate_lang("en_US")
        cls.env["ir.default"].set("res.partner", "lang", "en_US")
        cls.jar = cls._product("Frasco andino", default_code="FRA-1")
        cls.cup = cls._product("Taza costera", default_code="TAZ-1")
        cls.agreement = cls._agree(
            cls.consignor,
            {cls.jar: {"value": 50, "stock_min": 18}},
            customer_visibility="masked",
        )
        cls.other_agreement = cls._agree(cls.other_consignor, {cls.cup: 20})
        cls.member = {
            role: cls._colleague(cls.consignor, f"andino_{role}", role)
            for role in ("manager", "billing", "logistics", "reader")
        }
        cls.other_member = cls._colleague(
            cls.other_consignor, "costa_manager", "manager"
        )
        cls.shopper = cls._portal_user(cls.customer, "cliente_quito")

    # === PEOPLE === #

    @classmethod
    def _portal_user(cls, partner, login):
        user = new_test_user(
            cls.env,
            login=login,
            password=PASSWORD,
            groups="base.group_portal",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        user.partner_id.parent_id = partner
        # after the parent, which hands his own language down
        user.lang = "en_US"
        return user

    @classmethod
    def _colleague(cls, consignor, login, role, company=None):
        user = cls._portal_user(consignor, login)
        cls._give_role(user, role, company)
        return user

    @classmethod
    def _give_role(cls, user, role, company=None):
        return (
            cls.env["o2c.supplier.member"]
            .with_user(cls.manager)
            .create(
                {
                    "user_id": user.id,
                    "company_id": (company or cls.company).id,
                    "role": role,
                }
            )
        )

    # === BUSINESS === #

    @classmethod
    def _business(cls):
        """Return what has the steps of the business, to take them once for a class."""
        return cls()

    @classmethod
    def _play(cls):
        """Sales and settlements of both consignors, as the class says."""
        business = cls._business()
        business._receive_consigned(cls.consignor, cls.jar, 30)
        business._receive_consigned(cls.other_consignor, cls.cup, 20)
        business._deliver(business._sell(cls.jar, 4, 100))
        cls.settlement = business._settle(accept=False)
        cls.settlement.action_send()
        business._deliver(business._sell(cls.jar, 6, 100))
        business._deliver(business._sell(cls.cup, 5, 40))
        cls.other_settlement = business._settle(cls.other_consignor, accept=False)
        cls.other_settlement.action_send()
        # also what is written last, like the tracking of changes
        cls.cr.flush()

    @classmethod
    def _play_everything(cls):
        """One of each thing that a supplier has, for both: bills, files, messages."""
        cls._play()
        business = cls._business()
        for settlement in (cls.settlement, cls.other_settlement):
            settlement.action_accept()
        cls.bill = business._bill(cls.settlement)
        cls.other_bill = business._bill(cls.other_settlement, reference="002-001-7")
        cls._fetched(cls.bill, "<factura>Frasco</factura>", "1")
        cls._fetched(cls.other_bill, "<factura>Taza</factura>", "2")
        cls._saved(cls.member["manager"])
        cls._saved(cls.other_member)
        for user in (cls.member["manager"], cls.other_member):
            cls._device(user)
        cls._asked_for(cls.consignor, cls.jar)
        cls._asked_for(cls.other_consignor, cls.cup)
        cls.cr.flush()

    @classmethod
    def _fetched(cls, bill, xml, digit):
        """The supplier's document behind a bill, as it came from the SRI."""
        cls.env["o2c.sri.received"].sudo().create(
            {
                "access_key": digit * 49,
                "company_id": cls.company.id,
                "document_type": "01",
                "number": f"001-001-00000000{digit}",
                "xml": base64.b64encode(xml.encode()),
                "move_id": bill.id,
            }
        )

    @classmethod
    def _pay(cls, bill, day):
        """We pay a bill of a supplier."""
        wizard = cls.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=bill.ids
        )
        wizard.create({"payment_date": day})._create_payments()
        cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def _device(cls, user):
        """Where a user is signed in."""
        cls.env["res.device.log"].create(
            {
                "session_identifier": f"{user.login:x<42}",
                "user_id": user.id,
                "last_activity": fields.Datetime.now(),
            }
        )

    @classmethod
    def _saved(cls, user):
        """A report and a file of a user."""
        common = {"user_id": user.id, "company_id": cls.company.id}
        cls.env["o2c.supplier.report"].create(
            {**common, "name": f"Informe {user.login}", "listing": "stock"}
        )
        cls.env["o2c.supplier.export"].create(
            {
                **common,
                "listing": "stock",
                "file_format": "csv",
                "state": "done",
                "filename": f"{user.login}.csv",
                "content": base64.b64encode(user.login.encode()),
            }
        )

    @classmethod
    def _asked_for(cls, consignor, product):
        """A replenishment, a webhook and a message of a supplier."""
        own = {"company_id": cls.company.id, "consignor_id": consignor.id}
        order = cls.env["o2c.supplier.replenishment"].create(
            {**own, "line_ids": [(0, 0, {"product_id": product.id, "proposed": 5})]}
        )
        order._o2c_confirm({}, fields.Date.add(cls.today, days=5))
        cls.env["o2c.supplier.webhook"].create(
            {**own, "url": f"https://{product.id}.example.com/x", "secret": "s" * 20}
        )
        talk = cls.env["o2c.supplier.conversation"]
        talk._o2c_of(consignor, cls.company, create=True).message_post(
            body=f"Hola {consignor.name}",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    @classmethod
    def _let_crons_run(cls):
        """Play crons in the transaction of the test."""
        cls.startClassPatcher(
            patch.object(
                cls.registry["ir.cron"], "_commit_progress", lambda *_a, **_k: 60.0
            )
        )

    def _let_see(self, visibility):
        """What the consignor may see of customers, in the agreement of past sales.

        Not through the ORM: an agreement in force changes by a new version, which
        would not touch the sales that are there.
        """
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE o2c_consignment_agreement SET customer_visibility = %s",
            [visibility],
        )
        self.env.invalidate_all()


class SupplierPortalHttp(SupplierPortalCommon, HttpCase):
    """The same, over HTTP."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Without a browser nobody loads what a first page would search files for.
        cls.startClassPatcher(
            patch.object(
                cls.registry["ir.qweb"], "_get_asset_nodes", lambda *_a, **_k: []
            )
        )

    def setUp(self):
        super().setUp()
        LIMITER.clear()

    def _as(self, user):
        self.authenticate(user.login, PASSWORD)

    def _get(self, path, **kwargs):
        return self.url_open(path, allow_redirects=False, **kwargs)

    def _post(self, path, data=None, csrf=True, files=None):
        data = dict(data or {})
        if csrf:
            data["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(
            path, data=data or {"x": ""}, files=files, allow_redirects=False
        )

    def _key(self, user, scope=API_SCOPE, days=30):
        expiry = self.env.cr.now().replace(microsecond=0)
        keys = self.env(user=user)["res.users.apikeys"]
        key = keys.sudo()._generate(scope, "prueba", expiry + timedelta(days=days))
        self.env.flush_all()
        return key

    def _api(self, path, key=None, **kwargs):
        headers = {"Accept-Language": "en-US"}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        headers.update(kwargs.pop("headers", {}))
        return self.url_open(
            API + path, headers=headers, allow_redirects=False, **kwargs
        )


def normalised(response):
    """Return what an answer says, without what differs from call to call."""
    text = re.sub(r'csrf_token[^>]*value="[^"]*"', "", response.text)
    text = re.sub(r'csrf_token: "[^"]*"', "", text)
    return response.status_code, re.sub(r"\d+", "N", text)
