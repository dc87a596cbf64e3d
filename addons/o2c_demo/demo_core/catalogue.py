"""Goods of the demo wholesaler."""

from dataclasses import dataclass
from decimal import Decimal

ANDINA = "own"
VALLE = "valle"
AMAZONIA = "amazonia"


@dataclass(frozen=True)
class Product:
    """One product.

    ``cost`` and ``price`` are in US dollars a unit; ``vat`` is 15 or 0 percent;
    ``owner`` names the consignor, or ``own``; ``shelf_life`` is in days, 0 for goods
    that do not expire and carry no lot.
    """

    code: str
    name: str
    family: str
    cost: Decimal
    price: Decimal
    vat: int = 15
    owner: str = ANDINA
    shelf_life: int = 0


def _goods(family, rows, **common):
    return [
        Product(code, name, family, Decimal(cost), Decimal(price), **common)
        for code, name, cost, price in rows
    ]


PRODUCTS = (
    _goods(
        "Abarrotes",
        (
            ("ABA-001", "Arroz flor añejo, saco 45 kg", "33.50", "39.90"),
            ("ABA-002", "Azúcar blanca, saco 50 kg", "38.20", "44.50"),
            ("ABA-003", "Harina de trigo, saco 50 kg", "29.80", "36.00"),
            ("ABA-004", "Sal yodada, funda 2 kg × 12", "7.10", "9.60"),
            ("ABA-005", "Fréjol rojo, saco 25 kg", "31.00", "38.50"),
            ("ABA-006", "Lenteja, saco 25 kg", "27.40", "34.00"),
            ("ABA-007", "Avena en hojuelas 500 g × 24", "18.90", "25.20"),
            ("ABA-008", "Aceite de palma 1 L × 12", "21.60", "27.90"),
        ),
        vat=0,
    )
    + _goods(
        "Conservas",
        (
            ("CON-001", "Atún en aceite 160 g × 48", "52.00", "66.90"),
            ("CON-002", "Sardina en salsa de tomate 425 g × 24", "30.10", "39.50"),
            ("CON-003", "Mermelada de mora 300 g × 12", "17.20", "24.00"),
            ("CON-004", "Salsa de tomate 400 g × 24", "26.80", "35.60"),
            ("CON-005", "Mayonesa 380 g × 24", "33.90", "44.90"),
            ("CON-006", "Durazno en almíbar 820 g × 12", "22.70", "30.50"),
            ("CON-007", "Mostaza 200 g × 24", "16.40", "22.80"),
            ("CON-008", "Choclo dulce en grano 410 g × 24", "24.10", "32.40"),
        ),
        shelf_life=540,
    )
    + _goods(
        "Bebidas",
        (
            ("BEB-001", "Agua sin gas 500 ml × 24", "4.10", "6.20"),
            ("BEB-002", "Jugo de naranja 1 L × 12", "11.30", "15.90"),
            ("BEB-003", "Té frío de durazno 500 ml × 12", "6.90", "9.80"),
            ("BEB-004", "Café molido 400 g × 12", "48.00", "63.50"),
            ("BEB-005", "Cacao en polvo 200 g × 24", "29.50", "41.00"),
            ("BEB-006", "Bebida hidratante 600 ml × 12", "9.20", "12.90"),
        ),
        shelf_life=300,
    )
    + _goods(
        "Limpieza",
        (
            ("LIM-001", "Detergente en polvo 5 kg × 4", "27.60", "36.80"),
            ("LIM-002", "Cloro 1 L × 12", "7.90", "11.50"),
            ("LIM-003", "Desinfectante floral 1 galón × 4", "12.20", "17.40"),
            ("LIM-004", "Jabón lavavajillas 1 kg × 12", "19.10", "26.00"),
            ("LIM-005", "Esponja doble uso × 24", "5.80", "9.10"),
            ("LIM-006", "Funda de basura industrial × 10 rollos", "10.40", "14.90"),
            ("LIM-007", "Papel higiénico institucional × 12", "21.30", "28.70"),
        ),
    )
    + _goods(
        "Desechables",
        (
            ("DES-001", "Vaso térmico 8 oz × 1000", "31.50", "42.00"),
            ("DES-002", "Plato biodegradable × 500", "36.20", "48.90"),
            ("DES-003", "Servilleta blanca × 50 paquetes", "13.60", "18.90"),
            ("DES-004", "Contenedor con tapa 1 L × 200", "24.80", "33.50"),
            ("DES-005", "Film de PVC 45 cm × 1400 m", "38.70", "52.00"),
        ),
    )
    + _goods(
        "Lácteos",
        (
            ("LAC-001", "Leche entera larga vida 1 L × 12", "10.20", "12.90"),
            ("LAC-002", "Leche deslactosada 1 L × 12", "11.60", "14.80"),
            ("LAC-003", "Yogur de fresa 1 kg × 8", "15.40", "20.50"),
            ("LAC-004", "Queso fresco 500 g × 12", "31.20", "41.00"),
            ("LAC-005", "Queso mozzarella 1 kg × 6", "35.80", "46.90"),
            ("LAC-006", "Mantequilla con sal 250 g × 24", "46.50", "60.00"),
            ("LAC-007", "Crema de leche 1 L × 12", "28.90", "37.50"),
            ("LAC-008", "Dulce de leche 500 g × 12", "24.00", "32.40"),
        ),
        vat=0,
        owner=VALLE,
        shelf_life=120,
    )
    + _goods(
        "Cuidado personal",
        (
            ("PER-001", "Champú de sábila 400 ml × 12", "30.60", "45.90"),
            ("PER-002", "Acondicionador de coco 400 ml × 12", "30.60", "45.90"),
            ("PER-003", "Jabón de tocador 110 g × 72", "41.80", "57.60"),
            ("PER-004", "Crema corporal de cacao 200 ml × 12", "34.20", "51.00"),
            ("PER-005", "Desodorante en barra 50 g × 24", "43.90", "63.00"),
            ("PER-006", "Pasta dental 100 ml × 48", "55.20", "74.50"),
            ("PER-007", "Alcohol antiséptico 500 ml × 24", "27.30", "37.90"),
            ("PER-008", "Protector solar FPS 50 120 ml × 12", "82.00", "118.00"),
        ),
        owner=AMAZONIA,
    )
)

# Of these little is left after the year: their consignors are asked for more.
RUNNING_LOW = ("LAC-004", "LAC-007", "PER-007")

# Goods that are ours and consignors' at once, on the same shelf: who owns them too, and
# what a unit of his costs us.
SHARED = {
    "LIM-002": {VALLE: Decimal("7.40"), AMAZONIA: Decimal("7.60")},
    "LIM-004": {AMAZONIA: Decimal("18.50")},
}

# What a consignor receives of the revenue of a product, instead of a cost: percent of
# what our commission (percent) and a deduction for one unit leave, never less than is
# guaranteed.
REVENUE_SHARES = {
    "PER-008": {
        "price_kind": "share",
        "value": 78,
        "commission": 8,
        "deduction": 3,
        "guaranteed": 60,
    },
}


def consigned_by(owner):
    """Goods of a consignor, and what a unit costs us.

    :return: list of (Product, Decimal in US dollars)
    """
    own = [(p, p.cost) for p in PRODUCTS if p.owner == owner]
    shared = [
        (p, SHARED[p.code][owner]) for p in PRODUCTS if owner in SHARED.get(p.code, ())
    ]
    return own + shared
