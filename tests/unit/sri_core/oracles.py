"""Signature checks of others: each raises when a signature does not verify."""

import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

DS = "http://www.w3.org/2000/09/xmldsig#"
JAVA_SOURCE = Path(__file__).with_name("VerifySignature.java")


def by_signxml(xml: bytes, certificate) -> None:
    """signxml: also checks the XAdES properties."""
    signxml = pytest.importorskip("signxml")
    from signxml.xades import XAdESSignatureConfiguration, XAdESVerifier

    methods, digests = signxml.SignatureMethod, signxml.DigestAlgorithm
    XAdESVerifier().verify(
        xml,
        x509_cert=certificate,
        expect_config=XAdESSignatureConfiguration(
            # It looks for references in the order of its own signer otherwise.
            expect_references=3,
            signature_methods=frozenset({methods.RSA_SHA1, methods.RSA_SHA256}),
            digest_algorithms=frozenset({digests.SHA1, digests.SHA256}),
        ),
    )


def by_xmlsec(xml: bytes, certificate) -> None:
    """xmlsec, with nothing but the certificate's key."""
    xmlsec = pytest.importorskip("xmlsec")
    root = etree.fromstring(xml)
    xmlsec.tree.add_ids(root, ["id", "Id"])
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(
        certificate.public_bytes(Encoding.PEM), xmlsec.KeyFormat.CERT_PEM
    )
    context.verify(root.find(f"{{{DS}}}Signature"))


def by_xades(xml: bytes, certificate) -> None:
    """The library of the OCA's addon."""
    xades = pytest.importorskip("xades")
    root = etree.fromstring(xml)
    # It wants a policy object even for signatures without policy.
    context = xades.XAdESContext()
    context.verify(root.find(f"{{{DS}}}Signature"))


def by_java(folder: Path, files: list[Path]) -> str:
    """The JDK's own verifier: the SRI's side runs on Java."""
    java = shutil.which("java")
    if not java:
        pytest.skip("there is no Java on this machine")
    command = [
        java,
        # RSA-SHA1 is what the SRI prescribes and what the JDK would refuse.
        "-Dorg.jcp.xml.dsig.secureValidation=false",
        str(JAVA_SOURCE),
        *map(str, files),
    ]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    if "jdk.compiler" in done.stderr:
        pytest.skip("this Java cannot run source files")
    assert not done.stderr, done.stderr
    return done.stdout
