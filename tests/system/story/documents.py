"""Electronic documents as the SRI authorised them."""

from lxml import etree


def wait_until_authorised(world, login, domain, *, seconds=120):
    """Wait for the electronic document of something and return it."""
    fields = ["number", "access_key", "state", "document_type", "last_message"]

    def look():
        found = world.person(login).search("o2c.sri.document", domain, fields)
        return next((d for d in found if d["state"] == "authorised"), None)

    return world.wait_for("AUTORIZADO by the SRI", look, seconds=seconds)


def authorised_xml(world, login, document):
    """The comprobante inside the authorisation that somebody downloads.

    :param dict document: as `wait_until_authorised` returns it
    """
    content = world.person(login).download(f"/o2c_sri/{document['id']}/xml")
    return comprobante(content)


def comprobante(content):
    """Root of the document inside an authorisation."""
    return etree.fromstring(etree.fromstring(content).findtext("comprobante").encode())


def says(world, document, expected):
    """Verify what a document says.

    :param document: its root
    :param dict expected: {path of an element: its text}
    """
    for path, text in expected.items():
        world.equal(f"in the XML, {path}", document.findtext(f".//{path}"), text)
