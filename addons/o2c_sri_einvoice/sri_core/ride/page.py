"""Paper, styles and the small parts that all documents are set with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import BytesIO
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor, white
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

from ..authorisation import Authorisation
from ..codes import DOCUMENT_NAMES
from ..documents import PRUEBAS, Document

INK, FAINT, LINE = HexColor("#1d2733"), HexColor("#5d6b7a"), HexColor("#b9c2cc")
SHADE, ACCENT = HexColor("#eef1f4"), HexColor("#23425f")
MARGIN, FOOT = 12 * mm, 16 * mm
WIDTH = A4[0] - 2 * MARGIN
GAP = 3 * mm

BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=7.5, leading=9.2)
BODY.textColor = INK
# Keys and codes have no spaces to break at.
BODY.splitLongWords = True
SMALL = ParagraphStyle("small", BODY, fontSize=6.5, leading=8, textColor=FAINT)
STRONG = ParagraphStyle("strong", BODY, fontName="Helvetica-Bold")
TITLE = ParagraphStyle("title", STRONG, fontSize=12, leading=14, textColor=ACCENT)
NAME = ParagraphStyle("name", STRONG, fontSize=10, leading=12)
HEAD = ParagraphStyle("head", STRONG, fontSize=7, leading=8.4, textColor=white)
HEAD_RIGHT = ParagraphStyle("head_right", HEAD, alignment=TA_RIGHT)
RIGHT = ParagraphStyle("right", BODY, alignment=TA_RIGHT)
STRONG_RIGHT = ParagraphStyle("strong_right", STRONG, alignment=TA_RIGHT)

_PADDING = [
    ("LEFTPADDING", (0, 0), (-1, -1), 4),
    ("RIGHTPADDING", (0, 0), (-1, -1), 4),
    ("TOPPADDING", (0, 0), (-1, -1), 2.5),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
]
_TEXT = [
    ("FONT", (0, 0), (-1, -1), "Helvetica", 7.5, 9.2),
    ("TEXTCOLOR", (0, 0), (-1, -1), INK),
]
BARE = TableStyle(
    [
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 0),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
)


# === TEXT === #


class _Words(Paragraph):
    """A paragraph that breaks its lines once.

    Tables ask for the height of a cell again and again, which was a third of the
    time of a RIDE.
    """

    _size: tuple[float, tuple[float, float]] | None = None

    def wrap(self, availWidth, availHeight):
        if self._size is None or self._size[0] != availWidth:
            self._size = availWidth, super().wrap(availWidth, availHeight)
        return self._size[1]


def text(value: str | None, style: ParagraphStyle = BODY) -> Paragraph:
    """Return text of the document, which may contain anything, as a paragraph."""
    return _Words(escape(value or ""), style)


def fit(value: str | None, width: float, style: ParagraphStyle = BODY):
    """Return text as a plain cell when it fits one line, else as a paragraph.

    Paragraphs cost most of the time of a long document; few texts need one.

    :param width: of the column, padding included.
    """
    value = value or ""
    needed = stringWidth(value, style.fontName, style.fontSize)
    return value if needed <= width - 8 else text(value, style)


def labelled(label: str, value: str | None, style: ParagraphStyle = BODY) -> Paragraph:
    """Return ``label: value`` with the label in bold."""
    return _Words(f"<b>{escape(label)}:</b> {escape(value or '')}", style)


def money(amount: Decimal | None) -> str:
    """Return an amount with two decimals, as the XML has it."""
    return f"{amount or Decimal(0):.2f}"


def fine(amount: Decimal) -> str:
    """Return a quantity or price with two to six decimals, without idle zeros."""
    whole, _, decimals = f"{amount:.6f}".partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


def rate(amount: Decimal | None) -> str:
    """Return a percentage without idle zeros."""
    return f"{(amount or Decimal(0)).normalize():f}%"


def day(date) -> str:
    """Return a date as the SRI writes it, or nothing."""
    return f"{date:%d/%m/%Y}" if date else ""


# === BOXES AND TABLES === #


def box(rows: Sequence[Sequence], widths: Sequence[float], *extra) -> Table:
    """Return rows in a frame with round corners."""
    return Table(
        rows,
        widths,
        style=TableStyle(
            [
                *_PADDING,
                *_TEXT,
                ("BOX", (0, 0), (-1, -1), 0.6, LINE),
                ("ROUNDEDCORNERS", [3, 3, 3, 3]),
                *extra,
            ]
        ),
    )


def column_widths(columns: Sequence[tuple[str, float, bool]]) -> list[float]:
    """Return the widths of a grid's columns in points."""
    total = sum(share for _, share, _ in columns)
    return [WIDTH * share / total for _, share, _ in columns]


def grid(columns: Sequence[tuple[str, float, bool]], rows: Iterable[Sequence]) -> Table:
    """Return a table that repeats its head on every page.

    :param columns: title, share of the width, whether its values are numbers.
    """
    widths = column_widths(columns)
    head = [
        fit(title, width, HEAD_RIGHT if number else HEAD)
        for (title, _, number), width in zip(columns, widths, strict=True)
    ]
    numbers = [
        ("ALIGN", (at, 0), (at, -1), "RIGHT")
        for at, (_, _, number) in enumerate(columns)
        if number
    ]
    return Table(
        [head, *rows],
        widths,
        repeatRows=1,
        style=TableStyle(
            [
                *_PADDING,
                *_TEXT,
                ("BACKGROUND", (0, 0), (-1, 0), ACCENT),
                ("TEXTCOLOR", (0, 0), (-1, 0), white),
                ("FONT", (0, 0), (-1, 0), HEAD.fontName, HEAD.fontSize, HEAD.leading),
                ("VALIGN", (0, 0), (-1, 0), "MIDDLE"),
                ("LINEBELOW", (0, 1), (-1, -1), 0.4, LINE),
                *numbers,
            ]
        ),
    )


def side_by_side(left: list, right: list, left_width: float) -> Table:
    """Return two columns of flowables; they stay together on one page."""
    return Table(
        [[left, "", right]],
        [left_width, GAP, WIDTH - left_width - GAP],
        style=BARE,
    )


# === PAPER === #


def make_pdf(
    story: list, document: Document, authorisation: Authorisation | None
) -> bytes:
    """Return the story as a PDF; the same document always gives the same bytes."""
    name = f"{DOCUMENT_NAMES[document.CODE]} {document.number}"
    stamp = _stamp(document, authorisation)

    class NumberedCanvas(Canvas):
        """Knows the number of pages only at the end: pages are kept until then."""

        def __init__(self, *args, **options):
            super().__init__(*args, **options)
            self._pages: list[dict] = []

        def showPage(self):
            self._pages.append(dict(self.__dict__))
            self._startPage()

        def save(self):
            for number, page in enumerate(self._pages, 1):
                self.__dict__.update(page)
                _foot(self, f"{name} · {document.access_key}", number, len(self._pages))
                super().showPage()
            super().save()

    target = BytesIO()
    template = SimpleDocTemplate(
        target,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=FOOT,
        title=name,
        author=document.issuer.legal_name,
        subject=document.access_key,
        lang="es-EC",
        invariant=1,
    )

    def behind(canvas, _template):
        if stamp:
            _watermark(canvas, stamp)

    template.build(
        story, onFirstPage=behind, onLaterPages=behind, canvasmaker=NumberedCanvas
    )
    return target.getvalue()


def _stamp(document: Document, authorisation: Authorisation | None) -> str:
    if authorisation and not authorisation.authorised:
        return authorisation.state or "NO AUTORIZADO"
    if document.environment == PRUEBAS:
        return "PRUEBAS · SIN VALIDEZ TRIBUTARIA"
    return ""


def _watermark(canvas: Canvas, words: str) -> None:
    canvas.saveState()
    canvas.setFillColor(HexColor("#c0392b"), alpha=0.13)
    canvas.translate(A4[0] / 2, A4[1] / 2)
    canvas.rotate(52)
    size = min(64, 64 * 22 / max(len(words), 1))
    canvas.setFont("Helvetica-Bold", size)
    canvas.drawCentredString(0, 0, words)
    canvas.restoreState()


def _foot(canvas: Canvas, words: str, number: int, count: int) -> None:
    canvas.saveState()
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.4)
    canvas.line(MARGIN, FOOT - 3 * mm, A4[0] - MARGIN, FOOT - 3 * mm)
    canvas.setFillColor(FAINT)
    canvas.setFont("Helvetica", 6.5)
    canvas.drawString(MARGIN, FOOT - 6.5 * mm, words)
    canvas.drawRightString(
        A4[0] - MARGIN, FOOT - 6.5 * mm, f"Página {number} de {count}"
    )
    canvas.restoreState()
