"""Invented Ecuadorian identity numbers that pass (or fail) their check digit."""

CEDULA_WEIGHTS = (2, 1, 2, 1, 2, 1, 2, 1, 2)
COMPANY_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2)


def cedula(province, serial):
    """Number of a natural person.

    :param int province: 1 to 24
    :param int serial: up to six digits
    :return: ten digits, the last by modulus 10 (SPEC §4)

    >>> cedula(17, 1)
    '1700000019'
    """
    base = f"{province:02}0{serial:06}"
    products = (int(d) * w for d, w in zip(base, CEDULA_WEIGHTS, strict=True))
    total = sum(p - 9 if p > 9 else p for p in products)
    return f"{base}{-total % 10}"


def person_ruc(province, serial):
    """RUC of a natural person with a business: his cédula and establishment 001."""
    return f"{cedula(province, serial)}001"


def company_ruc(province, serial, *, passes=True):
    """RUC of a private company.

    :param bool passes: whether the tenth digit follows modulus 11; the SRI has issued
        RUCs that do not follow it any more
    :return: thirteen digits

    >>> company_ruc(17, 1), company_ruc(17, 1, passes=False)
    ('1790000028001', '1790000027001')
    """
    while True:
        base = f"{province:02}9{serial:06}"
        total = sum(int(d) * w for d, w in zip(base, COMPANY_WEIGHTS, strict=True))
        digit = -total % 11
        if digit < 10:
            shown = digit if passes else (digit - 1) % 10
            return f"{base}{shown}001"
        serial += 1  # modulus 11 gives no digit for this serial
