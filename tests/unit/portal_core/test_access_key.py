import pytest
from portal_core.access_key import clean, has_form

KEY = "0211202401050306179800120010020000000677300995216"


@pytest.mark.parametrize(
    "text",
    [
        KEY,
        f"  {KEY}\n",
        f"'{KEY}",
        f"Clave de acceso: {KEY}",
        f"CLAVE DE ACCESO / No. autorización: {KEY} (Factura)",
        " ".join(KEY[i : i + 7] for i in range(0, 49, 7)),
        f"{KEY[:24]}\r\n{KEY[24:]}",
        f"{KEY[:10]}-{KEY[10:20]}.{KEY[20:]}",
        f"\ufeff{KEY}\u00a0",
        f"{KEY} {KEY}",
    ],
)
def test_the_key_is_found(text):
    assert clean(text) == KEY
    assert has_form(clean(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "factura 001-001-000000123",
        KEY[:-1],
        KEY + "1",
        KEY[:-1] + "x",
        KEY[:-1] + "٣",
        KEY + "\n" + KEY[:-1] + "7",
        "9" * 5000,
    ],
)
def test_what_is_no_key_stays_no_key(text):
    assert not has_form(clean(text))
