"""Documents, signatures and a bare SOAP client for the simulator's tests.

The signer here is a third implementation (lxml and cryptography), so that the
simulator can be tested with signatures that are wrong in one chosen way.
"""

from __future__ import annotations

import base64
import copy
import datetime
import hashlib
import http.client
import json
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from sri_simulator import access_key

GUAYAQUIL = datetime.timezone(datetime.timedelta(hours=-5))
DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
SHA1 = f"{DS}sha1"
ALGORITHMS = {
    "sha1": (hashlib.sha1, hashes.SHA1(), SHA1, f"{DS}rsa-sha1"),
    "sha256": (
        hashlib.sha256,
        hashes.SHA256(),
        "http://www.w3.org/2001/04/xmlenc#sha256",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    ),
}
YEAR = datetime.timedelta(days=365)
KEYS = [rsa.generate_private_key(65537, 2048)]


@dataclass(frozen=True)
class Identity:
    """A taxpayer's certificate and key, made in code."""

    ruc: str
    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @classmethod
    def make(cls, ruc, now, valid=(-YEAR, YEAR), signs=True, holder=None):
        """Make a self-issued certificate valid around ``now``.

        :param signs: whether its key usage allows signing documents
        :param holder: RUC written in the certificate, ``ruc`` by default
        """
        key = KEYS[0]
        name = x509.Name(
            [
                x509.NameAttribute(x509.NameOID.COUNTRY_NAME, "EC"),
                x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "PRUEBAS Ñ S.A."),
                x509.NameAttribute(x509.NameOID.SERIAL_NUMBER, holder or ruc),
                x509.NameAttribute(x509.NameOID.COMMON_NAME, "FIRMA DE PRUEBA"),
            ]
        )
        usage = x509.KeyUsage(
            digital_signature=signs,
            content_commitment=signs,
            key_encipherment=not signs,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=False,
            crl_sign=False,
            encipher_only=False,
            decipher_only=False,
        )
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + valid[0])
            .not_valid_after(now + valid[1])
            .add_extension(usage, critical=True)
        )
        return cls(ruc, key, builder.sign(key, hashes.SHA256()))


@dataclass(frozen=True)
class Line:
    quantity: str = "10"
    price: str = "12.50"
    discount: str = "5.00"

    @property
    def net(self) -> Decimal:
        gross = Decimal(self.quantity) * Decimal(self.price)
        return (gross - Decimal(self.discount)).quantize(Decimal("0.01"))


@dataclass
class Factory:
    """Makes signed facturas that the SRI accepts, or nearly."""

    identity: Identity
    now: datetime.datetime
    ambiente: str = "1"
    sequential: int = 0
    signing: dict = field(default_factory=dict)

    def key(self, date=None, sequential=None, doc_type="01", code="12345678") -> str:
        date = date or self.now.date()
        first = f"{date:%d%m%Y}{doc_type}{self.identity.ruc}{self.ambiente}001002"
        first += f"{sequential or self._next():09d}{code}1"
        return first + access_key.check_digit(first)

    def _next(self) -> int:
        self.sequential += 1
        return self.sequential

    def unsigned(self, key=None, change=None, **values) -> bytes:
        """Bytes of a factura.

        :param change: callable on the XML text, to break it in one place
        """
        text = factura_text(key or self.key(), self.identity.ruc, **values)
        return (change(text) if change else text).encode()

    def factura(self, key=None, change=None, **values) -> bytes:
        """Signed bytes of a factura."""
        xml = self.unsigned(key, change, **values)
        return sign(xml, self.identity, self.now, **self.signing)


def factura_text(key, ruc, lines=None, buyer=("04", "1790098765001"), extra="") -> str:
    """A factura 1.1.0 at 15 % IVA; figures follow SPEC §1.2."""
    parts = access_key.split(key)
    lines = lines or [Line()]
    subtotal = sum((line.net for line in lines), Decimal(0))
    discount = sum((Decimal(line.discount) for line in lines), Decimal(0))
    tax = (subtotal * Decimal("0.15")).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    date = f"{key[:2]}/{key[2:4]}/{key[4:8]}"
    details = "".join(_detail(line) for line in lines)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<factura id="comprobante" version="1.1.0">
<infoTributaria><ambiente>{parts.environment}</ambiente><tipoEmision>1</tipoEmision>
<razonSocial>MAYORISTA PEÑA &amp; CÍA. LTDA.</razonSocial><ruc>{ruc}</ruc>
<claveAcceso>{key}</claveAcceso><codDoc>01</codDoc><estab>{parts.series[:3]}</estab>
<ptoEmi>{parts.series[3:]}</ptoEmi><secuencial>{parts.sequential}</secuencial>
<dirMatriz>Av. 10 de Agosto, Quito</dirMatriz></infoTributaria>
<infoFactura><fechaEmision>{date}</fechaEmision>
<obligadoContabilidad>SI</obligadoContabilidad>
<tipoIdentificacionComprador>{buyer[0]}</tipoIdentificacionComprador>
<razonSocialComprador>ALMACÉN ÑUSTA</razonSocialComprador>
<identificacionComprador>{buyer[1]}</identificacionComprador>
<totalSinImpuestos>{subtotal}</totalSinImpuestos>
<totalDescuento>{discount}</totalDescuento>
<totalConImpuestos><totalImpuesto><codigo>2</codigo>
<codigoPorcentaje>4</codigoPorcentaje><baseImponible>{subtotal}</baseImponible>
<tarifa>15.00</tarifa><valor>{tax}</valor></totalImpuesto></totalConImpuestos>
<propina>0.00</propina><importeTotal>{subtotal + tax}</importeTotal>
<moneda>DOLAR</moneda><pagos><pago><formaPago>20</formaPago>
<total>{subtotal + tax}</total></pago></pagos></infoFactura>
<detalles>{details}</detalles>{extra}</factura>"""


def _detail(line: Line) -> str:
    tax = (line.net * Decimal("0.15")).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    return f"""<detalle><codigoPrincipal>ARZ</codigoPrincipal>
<descripcion>Arroz añejo 50 kg</descripcion><cantidad>{line.quantity}</cantidad>
<precioUnitario>{line.price}</precioUnitario><descuento>{line.discount}</descuento>
<precioTotalSinImpuesto>{line.net}</precioTotalSinImpuesto><impuestos><impuesto>
<codigo>2</codigo><codigoPorcentaje>4</codigoPorcentaje><tarifa>15.00</tarifa>
<baseImponible>{line.net}</baseImponible><valor>{tax}</valor></impuesto></impuestos>
</detalle>"""


def sign(
    xml: bytes,
    identity: Identity,
    now: datetime.datetime,
    algorithm: str = "sha1",
    digested=None,
    certificate: x509.Certificate | None = None,
    template=None,
    change=None,
) -> bytes:
    """Sign a comprobante as SPEC §5 wants it.

    :param digested: other certificate for the CertDigest, to break it
    :param certificate: other certificate inside KeyInfo, to break it
    :param template: callable on the text of the signature before it is filled in
    :param change: callable on the finished XML text, to tamper with it
    """
    root = etree.fromstring(xml)
    text = _template(identity, now, algorithm, digested, certificate)
    signature = etree.fromstring(template(text) if template else text)
    digest, prehash, _digest_uri, _signature_uri = ALGORITHMS[algorithm]
    before = _canonical(copy.deepcopy(root))
    root.append(signature)
    info = signature.find(f"{{{DS}}}SignedInfo")
    parts = {
        "#Props1": _canonical(signature.find(f".//{{{XADES}}}SignedProperties")),
        "#Certificate1": _canonical(signature.find(f"{{{DS}}}KeyInfo")),
    }
    for reference in info.findall(f"{{{DS}}}Reference"):
        part = parts.get(reference.get("URI"), before)
        value = reference.find(f"{{{DS}}}DigestValue")
        value.text = base64.b64encode(digest(part).digest()).decode()
    signed = identity.key.sign(_canonical(info), padding.PKCS1v15(), prehash)
    signature.find(f"{{{DS}}}SignatureValue").text = base64.b64encode(signed).decode()
    result = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return change(result.decode()).encode() if change else result


def _canonical(element) -> bytes:
    return etree.tostring(element, method="c14n", with_comments=False)


def _template(identity, now, algorithm, digested, certificate) -> str:
    _digest, _prehash, digest_uri, signature_uri = ALGORITHMS[algorithm]
    shown = certificate or identity.certificate
    der = base64.b64encode(shown.public_bytes(Encoding.DER)).decode()
    hashed = (digested or identity.certificate).public_bytes(Encoding.DER)
    cert_digest = base64.b64encode(hashlib.sha1(hashed).digest()).decode()
    numbers = shown.public_key().public_numbers()
    modulus = base64.b64encode(numbers.n.to_bytes(256, "big")).decode()
    method = f'<ds:DigestMethod Algorithm="{digest_uri}"/><ds:DigestValue/>'
    return f"""<ds:Signature xmlns:ds="{DS}" xmlns:etsi="{XADES}" Id="Signature1">
<ds:SignedInfo><ds:CanonicalizationMethod Algorithm="{C14N}"/>
<ds:SignatureMethod Algorithm="{signature_uri}"/>
<ds:Reference Type="http://uri.etsi.org/01903#SignedProperties"
 URI="#Props1">{method}</ds:Reference>
<ds:Reference URI="#Certificate1">{method}</ds:Reference>
<ds:Reference Id="Doc1" URI="#comprobante"><ds:Transforms><ds:Transform
 Algorithm="{DS}enveloped-signature"/></ds:Transforms>{method}</ds:Reference>
</ds:SignedInfo><ds:SignatureValue/>
<ds:KeyInfo Id="Certificate1"><ds:X509Data>
<ds:X509Certificate>{der}</ds:X509Certificate></ds:X509Data><ds:KeyValue><ds:RSAKeyValue>
<ds:Modulus>{modulus}</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue></ds:KeyInfo>
<ds:Object Id="Object1"><etsi:QualifyingProperties Target="#Signature1">
<etsi:SignedProperties Id="Props1"><etsi:SignedSignatureProperties>
<etsi:SigningTime>{now.isoformat(timespec="seconds")}</etsi:SigningTime>
<etsi:SigningCertificate><etsi:Cert><etsi:CertDigest>
<ds:DigestMethod Algorithm="{SHA1}"/><ds:DigestValue>{cert_digest}</ds:DigestValue>
</etsi:CertDigest><etsi:IssuerSerial>
<ds:X509IssuerName>{shown.issuer.rfc4514_string()}</ds:X509IssuerName>
<ds:X509SerialNumber>{shown.serial_number}</ds:X509SerialNumber>
</etsi:IssuerSerial></etsi:Cert></etsi:SigningCertificate>
</etsi:SignedSignatureProperties><etsi:SignedDataObjectProperties>
<etsi:DataObjectFormat ObjectReference="#Doc1"><etsi:Description>contenido comprobante
</etsi:Description><etsi:MimeType>text/xml</etsi:MimeType></etsi:DataObjectFormat>
</etsi:SignedDataObjectProperties></etsi:SignedProperties></etsi:QualifyingProperties>
</ds:Object></ds:Signature>"""


@dataclass
class Reply:
    """Status, and the fields of the answer that tests look at."""

    status: int
    body: bytes

    def _texts(self, name) -> list[str]:
        root = etree.fromstring(self.body)
        return [item.text or "" for item in root.iter(name)]

    @property
    def states(self) -> list[str]:
        return self._texts("estado")

    @property
    def state(self) -> str:
        return self.states[0]

    @property
    def codes(self) -> list[str]:
        return self._texts("identificador")

    @property
    def info(self) -> str:
        return "; ".join(self._texts("informacionAdicional"))

    @property
    def count(self) -> str:
        return self._texts("numeroComprobantes")[0]

    def text(self, name) -> str:
        return self._texts(name)[0]


class SoapClient:
    """Posts hand-written envelopes; knows nothing of the product's client."""

    def __init__(self, simulator, environment="pruebas", timeout=5):
        self.simulator = simulator
        self.environment = environment
        self.timeout = timeout

    def at(self, environment) -> SoapClient:
        return SoapClient(self.simulator, environment, self.timeout)

    def send(self, xml: bytes) -> Reply:
        body = base64.b64encode(xml).decode()
        return self._call(
            "RecepcionComprobantesOffline",
            f'<s:validarComprobante xmlns:s="http://ec.gob.sri.ws.recepcion">'
            f"<xml>{body}</xml></s:validarComprobante>",
        )

    def ask(self, key: str) -> Reply:
        return self._call(
            "AutorizacionComprobantesOffline",
            '<s:autorizacionComprobante xmlns:s="http://ec.gob.sri.ws.autorizacion">'
            f"<claveAccesoComprobante>{key}</claveAccesoComprobante>"
            "</s:autorizacionComprobante>",
        )

    def consult(self, key: str) -> Reply:
        name = "consultarEstadoAutorizacionComprobante"
        return self._call(
            "ConsultaComprobante",
            f'<s:{name} xmlns:s="http://ec.gob.sri.ws.consultas">'
            f"<claveAcceso>{key}</claveAcceso></s:{name}>",
        )

    def _call(self, service: str, call: str) -> Reply:
        return self.post(
            self.simulator.service_url(service, self.environment),
            '<?xml version="1.0" encoding="UTF-8"?><e:Envelope '
            'xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
            f"{call}</e:Body></e:Envelope>",
        )

    def post(self, url: str, body: str | bytes) -> Reply:
        return self._request("POST", url, body)

    def get(self, url: str) -> Reply:
        return self._request("GET", url, None)

    def _request(self, method, url, body) -> Reply:
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.netloc, timeout=self.timeout)
        try:
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            data = body.encode() if isinstance(body, str) else body
            connection.request(method, target, data)
            response = connection.getresponse()
            return Reply(response.status, response.read())
        finally:
            connection.close()

    def control(self, method: str, path: str, value=None):
        """Call the control API; return status and JSON."""
        body = None if value is None else json.dumps(value)
        url = f"{self.simulator.url}/control/{path}"
        reply = self._request(method, url, body if method != "POST" else body or "{}")
        return reply.status, json.loads(reply.body)


def refused_answer(client, key, xml) -> Reply:
    """Send, and return the answer of a document that is then NO AUTORIZADO."""
    assert client.send(xml).state == "RECIBIDA"
    answer = client.ask(key)
    assert answer.state == "NO AUTORIZADO"
    return answer


def replacing(old, new):
    """A change of XML text that must find what it changes."""

    def change(text):
        assert old in text
        return text.replace(old, new)

    return change
