import java.io.FileInputStream;
import java.io.InputStream;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import javax.xml.crypto.dsig.XMLSignature;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMValidateContext;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Prints "valid" or "invalid" for each file, by the JDK's XML-DSig. */
public class VerifySignature {
  private static final String ETSI = "http://uri.etsi.org/01903/v1.3.2#";

  public static void main(String[] files) throws Exception {
    for (String file : files) {
      System.out.println(check(file) ? "valid" : "invalid");
    }
  }

  private static boolean check(String file) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(true);
    Document document;
    try (InputStream in = new FileInputStream(file)) {
      document = factory.newDocumentBuilder().parse(in);
    }
    Element root = document.getDocumentElement();
    root.setIdAttribute("id", true);
    Element signature = first(document, XMLSignature.XMLNS, "Signature");
    first(document, ETSI, "SignedProperties").setIdAttribute("Id", true);
    first(document, XMLSignature.XMLNS, "KeyInfo").setIdAttribute("Id", true);
    String encoded =
        first(document, XMLSignature.XMLNS, "X509Certificate").getTextContent();
    byte[] der = Base64.getMimeDecoder().decode(encoded);
    X509Certificate certificate =
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new java.io.ByteArrayInputStream(der));
    DOMValidateContext context =
        new DOMValidateContext(certificate.getPublicKey(), signature);
    context.setProperty("org.jcp.xml.dsig.secureValidation", Boolean.FALSE);
    return XMLSignatureFactory.getInstance("DOM")
        .unmarshalXMLSignature(context)
        .validate(context);
  }

  private static Element first(Document document, String namespace, String name) {
    NodeList found = document.getElementsByTagNameNS(namespace, name);
    return (Element) found.item(0);
  }
}
