"""What a client that does everything right sees."""

import base64
import threading

from sri_simulator import SriSimulator


def test_document_is_received_and_authorised(client, factory):
    xml = factory.factura()
    key = factory.key(sequential=1)

    assert client.ask(key).count == "0"
    assert client.send(xml).state == "RECIBIDA"
    answer = client.ask(key)

    assert (answer.state, answer.count) == ("AUTORIZADO", "1")
    assert answer.text("numeroAutorizacion") == key
    assert answer.text("ambiente") == "PRUEBAS"
    assert answer.text("fechaAutorizacion") == "2026-11-20T10:00:00-05:00"
    assert answer.text("comprobante").encode() == xml
    assert answer.codes == ["60"]  # "pruebas" remark: a message is not a refusal
