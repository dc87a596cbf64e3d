import re
from datetime import timedelta

from odoo import http
from odoo.tests import HttpCase, new_test_user

from odoo.addons.o2c_consignment.tests.common import ConsignmentCommon

from ..models.ir_http import API_SCOPE, LIMITER

API = "/o2c/api/v1"
PASSWORD = "Clave-2026-portal"


class SupplierPortalCommon(ConsignmentCommon, HttpCase):
    """Two consignors with colleagues, goods, sales and settlements, and one customer.

    Andino: 30 jars received at 50, 10 sold at 100 (due 500), 4 of them in a settlement
    that was sent (due 200). Costa: 20 cups at 20, 5 sold at 40 (due 100), 5 settled.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        LIMITER.clear()
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

    def setUp(self):
        super().setUp()
        LIMITER.clear()

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

    def _play(self):
        """Sales and settlements of both consignors, as the class says."""
        self._receive_consigned(self.consignor, self.jar, 30)
        self._receive_consigned(self.other_consignor, self.cup, 20)
        self._deliver(self._sell(self.jar, 4, 100))
        self.settlement = self._settle(accept=False)
        self.settlement.action_send()
        self._deliver(self._sell(self.jar, 6, 100))
        self._deliver(self._sell(self.cup, 5, 40))
        self.other_settlement = self._settle(self.other_consignor, accept=False)
        self.other_settlement.action_send()

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

    # === HTTP === #

    def _as(self, user):
        self.authenticate(user.login, PASSWORD)

    def _get(self, path, **kwargs):
        return self.url_open(path, allow_redirects=False, **kwargs)

    def _post(self, path, data=None, csrf=True):
        data = dict(data or {})
        if csrf:
            data["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(path, data=data or {"x": ""}, allow_redirects=False)

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
