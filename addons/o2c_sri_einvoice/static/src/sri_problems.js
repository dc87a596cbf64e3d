import { RedirectWarningDialog } from "@web/core/errors/error_dialogs";
import { registry } from "@web/core/registry";

// A list of problems offers to show them with links to what is to be mended.
registry
    .category("error_dialogs")
    .add(
        "odoo.addons.o2c_sri_einvoice.tools.problem.SriProblems",
        RedirectWarningDialog
    );
