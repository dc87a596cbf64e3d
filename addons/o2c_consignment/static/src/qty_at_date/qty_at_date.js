import { qtyAtDateWidget } from "@sale_stock/widgets/qty_at_date_widget";

// What the rows of qty_at_date.xml show.
qtyAtDateWidget.fieldDependencies.push(
    { name: "o2c_own_available", type: "float" },
    { name: "o2c_consigned_available", type: "float" },
    { name: "o2c_available_consignors", type: "char" },
);
