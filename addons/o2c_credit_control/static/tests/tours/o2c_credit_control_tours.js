import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

// The screens may be in any language: only what the test itself names is read.
const current = (state) =>
    `.o_field_widget[name=state] .o_arrow_button_current[data-value=${state}]`;

const recordPromise = (parts) => [
    {
        content: "in how many parts the customer will pay",
        trigger: ".modal .o_field_widget[name=count] input",
        run: `edit ${parts}`,
    },
    {
        content: "say what was agreed",
        trigger: ".modal .o_field_widget[name=note] textarea",
        run: "edit The owner will transfer",
    },
    {
        content: "record the promise",
        trigger: ".modal footer button[name=action_promise]:visible",
        run: "click",
    },
    {
        content: "the dialog closes",
        trigger: "body:not(:has(.modal))",
    },
];

// The customer owes since three weeks: his order does not go.
tours.add("o2c_credit_hold", {
    steps: () => [
        {
            content: "the banner says why",
            trigger:
                ".alert .o_field_widget[name=o2c_gate_banner] li:contains(Overdue documents)",
        },
        {
            content: "try to confirm all the same",
            trigger: "button[name=action_confirm]:visible",
            run: "click",
        },
        {
            content: "the refusal names the policy",
            trigger: ".modal .modal-body:contains(Overdue documents)",
        },
        {
            trigger: ".modal footer button",
            run: "click",
        },
        {
            content: "still a quotation",
            trigger: current("draft"),
        },
    ],
});

tours.add("o2c_credit_promise", {
    steps: () => [
        {
            content: "call who owes most",
            trigger:
                ".o_data_row:contains(Abarrotes del Sur) button[name=action_promise]",
            run: "click",
        },
        ...recordPromise(2),
        {
            content: "the list shows when money will come",
            trigger:
                ".o_data_row:contains(Abarrotes del Sur) td[name=next_promise]:not(:empty)",
        },
    ],
});

tours.add("o2c_credit_release", {
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

const card = ".o_kanban_record:not(.o_kanban_ghost):contains(Abarrotes del Sur)";

tours.add("o2c_credit_promise_by_phone", {
    steps: () => [
        {
            content: "one tap away from a message",
            trigger: `${card} button[name=action_whatsapp]:visible`,
        },
        {
            content: "one tap away from a promise",
            trigger: `${card} button[name=action_promise]:visible`,
            run: "click",
        },
        ...recordPromise(1),
    ],
});
