import { RedirectWarningDialog } from "@web/core/errors/error_dialogs";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

class SriProblemsDialog extends RedirectWarningDialog {
    setup() {
        super.setup();
        this.title = _t("To Mend Before Issuing to the SRI");
    }
}

// A list of problems offers to show them with links to what is to be mended.
registry
    .category("error_dialogs")
    .add(
        "odoo.addons.o2c_sri_einvoice.tools.problem.SriProblems",
        SriProblemsDialog
    );
