"""What our own goods are worth, worked out without Odoo."""

from fractions import Fraction


def exact(number):
    """A number as it is written, not as the computer keeps it."""
    return Fraction(repr(number))


class OwnGoods:
    """Our goods of one product: what is here, in the order in which it came."""

    def __init__(self, method, standard):
        self.method = method
        self.standard = exact(standard)
        self.layers = []

    def come(self, quantity, unit_cost):
        """:return: what it is worth from now on"""
        if self.method == "standard":
            unit_cost = self.standard
        self.layers.append((quantity, unit_cost))
        if self.method == "average":
            total = sum(quantity for quantity, _cost in self.layers)
            self.layers = [(total, self.value / total)]
        return quantity * unit_cost

    def leave(self, quantity):
        """:return: what left was worth"""
        worth = Fraction(0)
        while quantity:
            there, unit_cost = self.layers.pop(0)
            taken = min(there, quantity)
            worth += taken * unit_cost
            quantity -= taken
            if there > taken:
                self.layers.insert(0, (there - taken, unit_cost))
        return worth

    @property
    def value(self):
        return sum((quantity * cost for quantity, cost in self.layers), Fraction(0))


class OwnLedger:
    """Follows completed moves of our goods: only quantities and prices are read."""

    def __init__(self, products):
        self.goods = {p: OwnGoods(p.cost_method, p.standard_price) for p in products}
        self.seen = set()
        self.worth = {}  # move → (quantity, value), negative when it came in

    def follow(self, lines):
        """:param lines: completed move lines of our own goods, in order"""
        for line in lines.filtered(lambda line: line.id not in self.seen):
            self.seen.add(line.id)
            quantity = exact(line.quantity_product_uom)
            leaves = line.location_id._should_be_valued()
            if leaves == line.location_dest_id._should_be_valued() or not quantity:
                continue
            goods = self.goods[line.product_id]
            if leaves:
                value = goods.leave(quantity)
            else:
                quantity = -quantity
                value = -goods.come(-quantity, self._cost_of_incoming(line.move_id))
            before = self.worth.get(line.move_id, (0, 0))
            self.worth[line.move_id] = (before[0] + quantity, before[1] + value)

    def _cost_of_incoming(self, move):
        origin = self.worth.get(move.origin_returned_move_id)
        if origin:
            return origin[1] / origin[0]
        return exact(move.purchase_line_id.price_unit)

    def of(self, moves):
        """Quantity and value of our goods that left by moves, net of returns."""
        some = [self.worth[move] for move in moves if move in self.worth]
        return sum(q for q, _v in some), sum(v for _q, v in some)
