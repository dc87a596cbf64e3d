"""Companies, customers and suppliers of the demo; every one of them is invented."""

from dataclasses import dataclass

from .identification import cedula, company_ruc, person_ruc

RUC, CEDULA, PASSPORT = "ec_ruc", "ec_dni", "ec_passport"

RETAIL, WHOLESALE, HORECA = "Minorista", "Mayorista", "HORECA"


@dataclass(frozen=True)
class Company:
    """One legal entity of the wholesaler with its establishments (code, address)."""

    key: str
    name: str
    ruc: str
    city: str
    establishments: tuple


@dataclass(frozen=True)
class Party:
    """A customer or supplier; ``terms`` and ``limit`` are days and US dollars."""

    key: str
    name: str
    id_type: str
    number: str
    city: str
    segment: str = RETAIL
    terms: int = 30
    limit: int = 20000


COMPANIES = (
    Company(
        "sierra",
        "Distribuidora Andina Demo S.A.",
        company_ruc(17, 900101),
        "Quito",
        (("001", "Av. Panamericana Norte km 12"), ("002", "Av. Maldonado S33-120")),
    ),
    Company(
        "costa",
        "Andina Costa Demo Cía. Ltda.",
        company_ruc(9, 900205),
        "Guayaquil",
        (("001", "Av. Juan Tanca Marengo km 4"), ("002", "Vía a Daule km 9")),
    ),
)

SUPPLIERS = (
    Party(
        "valle",
        "Lácteos del Valle Demo Cía. Ltda.",
        RUC,
        company_ruc(5, 900311),
        "Latacunga",
    ),
    Party(
        "amazonia", "Cosmética Amazonía Demo S.A.", RUC, company_ruc(16, 900312), "Puyo"
    ),
    Party(
        "granos",
        "Granos y Conservas Demo S.A.",
        RUC,
        company_ruc(9, 900313),
        "Guayaquil",
    ),
    Party(
        "limpio", "Químicos Limpios Demo S.A.", RUC, company_ruc(17, 900314), "Quito"
    ),
)

# The journeys of the demo need these by name.
GOOD_PAYER = "Supermercados La Canasta Demo S.A."
LATE_PAYER = "Comercial Buen Precio Demo Cía. Ltda."
FAILS_CHECK_DIGIT = "Bodegas Nuevo Milenio Demo S.A.S."


def _company(serial, name, city, segment, terms, limit, **extra):
    number = company_ruc(17, serial, **extra)
    return Party(f"c{serial}", name, RUC, number, city, segment, terms, limit)


def _shop(serial, name, city, segment=RETAIL, terms=15, limit=15000):
    number = person_ruc(1 + serial % 24, serial)
    return Party(f"p{serial}", name, RUC, number, city, segment, terms, limit)


CUSTOMERS = (
    _company(901001, GOOD_PAYER, "Quito", WHOLESALE, 30, 120000),
    _company(901002, LATE_PAYER, "Ambato", WHOLESALE, 30, 32000),
    _company(901003, FAILS_CHECK_DIGIT, "Quito", WHOLESALE, 15, 24000, passes=False),
    _company(
        901004, "Hotel Mirador del Cotopaxi Demo S.A.", "Latacunga", HORECA, 30, 9000
    ),
    _company(901005, "Restaurantes Sabor Andino Demo S.A.", "Quito", HORECA, 30, 48000),
    _company(
        901006, "Catering Empresarial del Norte Demo S.A.", "Ibarra", HORECA, 15, 7000
    ),
    _company(
        901007,
        "Mercados Populares Unidos Demo Cía. Ltda.",
        "Riobamba",
        WHOLESALE,
        30,
        15000,
    ),
    _company(901008, "Clínica Santa Rosa Demo S.A.", "Cuenca", HORECA, 45, 40000),
    _company(901009, "Almacenes El Ahorro Demo S.A.", "Loja", WHOLESALE, 30, 56000),
    _company(901010, "Minimarkets Express Demo S.A.", "Quito", RETAIL, 15, 24000),
    _company(
        901011, "Distribuciones Litoral Demo Cía. Ltda.", "Manta", WHOLESALE, 30, 16000
    ),
    _company(901012, "Cafeterías del Centro Demo S.A.", "Quito", HORECA, 15, 20000),
    _company(
        901013, "Comisariato Familiar Demo S.A.", "Santo Domingo", RETAIL, 30, 8000
    ),
    _company(901014, "Hostería Lago Azul Demo S.A.", "Otavalo", HORECA, 30, 20000),
    _shop(904101, "Tienda Doña Rosario Demo", "Quito"),
    _shop(904102, "Víveres San Francisco Demo", "Ambato"),
    _shop(904103, "Micromercado La Esquina Demo", "Quito"),
    _shop(904104, "Panadería El Trigal Demo", "Latacunga", HORECA),
    _shop(904105, "Bazar y Abarrotes Lucía Demo", "Ibarra"),
    _shop(904106, "Despensa Mi Barrio Demo", "Riobamba"),
    _shop(904107, "Restaurante El Fogón Demo", "Quito", HORECA),
    _shop(904108, "Frigorífico Los Ángeles Demo", "Guayaquil"),
    _shop(904109, "Licorería y Víveres El Puerto Demo", "Manta"),
    _shop(904110, "Heladería Copo de Nieve Demo", "Cuenca", HORECA),
    _shop(904111, "Abarrotes Núñez e Hijos Demo", "Tulcán"),
    _shop(904112, "Marisquería Ola Marina Demo", "Esmeraldas", HORECA),
    Party(
        "i1",
        "Ana Belén Demo Quishpe",
        CEDULA,
        cedula(17, 905001),
        "Quito",
        RETAIL,
        0,
        300,
    ),
    Party(
        "i2",
        "Jorge Luis Demo Cevallos",
        CEDULA,
        cedula(9, 905002),
        "Guayaquil",
        RETAIL,
        0,
        300,
    ),
    Party(
        "i3",
        "María Augusta Demo Peña",
        CEDULA,
        cedula(1, 905003),
        "Cuenca",
        RETAIL,
        0,
        300,
    ),
    Party("f1", "John Demo Whitfield", PASSPORT, "DEMO40217", "Quito", HORECA, 0, 500),
)
