"""Signing certificates for tests, the simulator and the demo: the only place for them.

Shaped like those of an Ecuadorian certification authority: a root, an issuing CA
and a holder whose RUC and cédula sit in CA-specific extensions. Nobody trusts them.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

_CEDULA_OID = x509.ObjectIdentifier("1.3.6.1.4.1.37746.3.1")
_RUC_OID = x509.ObjectIdentifier("1.3.6.1.4.1.37746.3.11")
_AUTHORITY = "AUTORIDAD DE PRUEBAS DEL ECUADOR S.A."


def make_p12(ruc: str, holder: str, password: str, now: datetime) -> bytes:
    """Return a .p12 file with key, certificate and its two authorities.

    :param ruc: 13 digits; its first ten stand as the holder's cédula.
    :param now: aware; the certificate is in force from the day before, for two years.
    """
    start, end = now - timedelta(days=1), now + timedelta(days=730)
    chain = Chain(start - timedelta(days=365), end + timedelta(days=365))
    key, certificate = chain.issue(holder, start, end, tax_ids=(ruc[:10], ruc))
    return pack(key, certificate, chain.certificates, password)


class Chain:
    """A root and an issuing authority that can issue holders' certificates."""

    def __init__(self, start: datetime, end: datetime):
        root_key = new_key()
        root = _name("RAIZ", "ENTIDAD DE CERTIFICACIÓN")
        root_certificate = _authority(root, root_key, root, root_key, start, end)
        self.key = new_key()
        self.name = _name("SUBCA-1", "ENTIDAD DE CERTIFICACIÓN DE INFORMACIÓN")
        self.certificates = [
            _authority(self.name, self.key, root, root_key, start, end),
            root_certificate,
        ]

    def issue(
        self,
        holder: str,
        start: datetime,
        end: datetime,
        tax_ids: tuple[str, ...] = (),
        signing: bool = True,
        key=None,
    ) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
        """Return key and certificate of a holder.

        :param tax_ids: cédula and RUC, each put into its extension.
        :param signing: False for an encryption certificate.
        """
        key = key or new_key()
        builder = (
            x509.CertificateBuilder()
            .subject_name(holder_name(holder, tax_ids))
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(False, None), critical=True)
            .add_extension(key_usage(signing=signing), critical=True)
        )
        for oid, number in zip((_CEDULA_OID, _RUC_OID), tax_ids, strict=False):
            # A DER IA5String, as the certification authorities write it.
            value = bytes([0x16, len(number)]) + number.encode()
            builder = builder.add_extension(
                x509.UnrecognizedExtension(oid, value), critical=False
            )
        return key, builder.sign(self.key, hashes.SHA256())


def new_key() -> rsa.RSAPrivateKey:
    """Return an RSA key of the size that the certification authorities use."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def holder_name(holder: str, tax_ids: tuple[str, ...]) -> x509.Name:
    """Return a subject as Ecuadorian authorities shape it."""
    serial = f"{tax_ids[0] if tax_ids else '0'}-010120"
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "EC"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _AUTHORITY),
            x509.NameAttribute(NameOID.LOCALITY_NAME, "QUITO"),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, serial),
            x509.NameAttribute(NameOID.COMMON_NAME, holder),
        ]
    )


def key_usage(signing: bool, authority: bool = False) -> x509.KeyUsage:
    """Return the usage of a signing, an encryption or an authority's key."""
    return x509.KeyUsage(
        digital_signature=signing,
        content_commitment=signing,
        key_encipherment=not authority,
        data_encipherment=not signing and not authority,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def pack(
    key,
    certificate: x509.Certificate | None,
    others: list[x509.Certificate],
    password: str,
    encryption=None,
) -> bytes:
    """Return a .p12 container."""
    encryption = encryption or serialization.BestAvailableEncryption(password.encode())
    return pkcs12.serialize_key_and_certificates(
        b"firma", key, certificate, others, encryption
    )


def _name(common_name: str, unit: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "EC"),
            x509.NameAttribute(NameOID.LOCALITY_NAME, "QUITO"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _AUTHORITY),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
            x509.NameAttribute(
                NameOID.COMMON_NAME, f"AUTORIDAD DE PRUEBAS {common_name}"
            ),
        ]
    )


def _authority(name, key, issuer, issuer_key, start, end) -> x509.Certificate:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(True, None), critical=True)
        .add_extension(key_usage(signing=False, authority=True), critical=True)
        .sign(issuer_key, hashes.SHA256())
    )
