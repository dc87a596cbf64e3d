import { registry } from "@web/core/registry";
import saleTour from "@sale/js/tours/tour_utils";

const tours = registry.category("web_tour.tours");

// The screens may be in any language: only what the test itself names is read.
const current = (state) =>
    `.o_field_widget[name=state] .o_arrow_button_current[data-value=${state}]`;

const decide = (reason) => [
    {
        content: "write the reason",
        trigger: ".modal .o_field_widget[name=reason] textarea",
        run: `edit ${reason}`,
    },
    {
        content: "decide",
        trigger: ".modal footer button[name=action_decide]:visible",
        run: "click",
    },
    {
        content: "the dialog closes",
        trigger: "body:not(:has(.modal))",
    },
];

// The salesperson may give 10 %; he gives 15 %.
tours.add("o2c_gate_request", {
    steps: () => [
        ...saleTour.selectCustomer("Ferretería Loja"),
        {
            content: "add a line",
            trigger: ".o_field_x2many_list_row_add a:eq(0)",
            run: "click",
        },
        {
            trigger: ".o_selected_row .o_field_widget[name=product_template_id] input",
            run: "edit Taladro",
        },
        {
            trigger: ".ui-autocomplete a:contains(Taladro)",
            run: "click",
        },
        {
            content: "give a discount beyond the policy",
            trigger: ".o_selected_row .o_field_widget[name=discount] input",
            run: "edit 15",
        },
        ...saleTour.clickSomewhereElse(),
        {
            content: "try to confirm all the same",
            trigger: "button[name=action_confirm]:visible",
            run: "click",
        },
        {
            content: "the refusal names the policy",
            trigger: ".modal .modal-body:contains(Discount on Taladro)",
        },
        {
            trigger: ".modal footer button",
            run: "click",
        },
        {
            content: "the banner says it too",
            trigger: ".alert .o_field_widget[name=o2c_gate_banner] li:contains(Discount on Taladro (15)",
        },
        {
            content: "request approval",
            trigger: "button[name=action_o2c_request_approval]:visible",
            run: "click",
        },
        {
            content: "the badge turns from red to yellow",
            trigger: ".alert .o_field_widget[name=o2c_gate_state] .text-bg-warning",
        },
    ],
});

tours.add("o2c_gate_approve", {
    steps: () => [
        {
            content: "open what waits for me",
            trigger: ".o_data_row:contains(Ferretería Loja) td[name=partner_id]",
            run: "click",
        },
        {
            content: "the request says what is asked",
            trigger:
                ".o_form_view .o_field_widget[name=findings_text]:contains(Discount on Taladro (15)",
        },
        {
            content: "approve",
            trigger: ".o_statusbar_buttons button.btn-primary:enabled",
            run: "click",
        },
        ...decide("Strategic customer"),
        {
            trigger: current("approved"),
        },
    ],
});

tours.add("o2c_gate_confirm", {
    steps: () => [
        {
            content: "nothing bars the order any more",
            trigger: ".o_form_view:not(:has(.alert .o_field_widget[name=o2c_gate_state]))",
        },
        {
            trigger: "button[name=action_confirm]:visible",
            run: "click",
        },
        {
            trigger: current("sale"),
        },
    ],
});

const cards = ".o_kanban_record:not(.o_kanban_ghost)";

tours.add("o2c_gate_approve_many_by_phone", {
    steps: () => [
        {
            content: "what waits for me comes as cards on a phone",
            trigger: `.o_kanban_renderer:has(${cards}:nth-child(3))`,
        },
        {
            content: "hold a finger on the first card",
            trigger: `${cards}:nth-child(1)`,
            run({ anchor }) {
                anchor.dispatchEvent(new TouchEvent("touchstart", { bubbles: true }));
            },
        },
        {
            content: "it is marked: from now on a tap marks",
            trigger: `${cards}:nth-child(1).o_record_selected`,
            run({ anchor }) {
                anchor.dispatchEvent(new TouchEvent("touchend", { bubbles: true }));
            },
        },
        {
            trigger: `${cards}:nth-child(2)`,
            run: "click",
        },
        {
            content: "two of three are marked",
            trigger: `.o_kanban_renderer:has(.o_record_selected:nth-child(2)):not(:has(.o_record_selected:nth-child(3)))`,
        },
        {
            trigger: ".o_cp_action_menus .dropdown-toggle",
            run: "click",
        },
        {
            trigger: ".o-dropdown--menu .o_menu_item:eq(0)",
            run: "click",
        },
        ...decide("Campaign of November"),
        {
            content: "only the third still waits",
            trigger: `.o_kanban_renderer:has(${cards}):not(:has(${cards}:nth-child(2)))`,
        },
    ],
});
