from odoo import models

from odoo.addons.base.models.res_users import INDEX_SIZE


class ResUsersApikeys(models.Model):
    _inherit = "res.users.apikeys"

    def _o2c_check_scoped(self, scope, key):
        """Return whose key it is, when it was made for exactly this scope.

        Core lets a key without scope open everything; who made one to read his mail
        did not mean to hand out his company's sales.

        :return: id of the user, or None
        """
        uid = self._check_credentials(scope=scope, key=key)
        if not uid:
            return None
        self.env.cr.execute(
            f"SELECT 1 FROM {self._table} WHERE user_id = %s AND index = %s "
            "AND scope = %s",
            [uid, key[:INDEX_SIZE], scope],
        )
        return uid if self.env.cr.fetchone() else None
