"""
A product as one HTML page that asks the network for nothing.

Styles, fonts and pictures stand inside the page; a content security policy forbids everything else, so that
even a mistake could not fetch. Text is escaped by the template engine, never by hand.
"""

from __future__ import annotations

import base64
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup

from ...i18n import _, date
from ...views import style
from .blocks import Figure, InteractiveMap, Product

if TYPE_CHECKING:
    from jinja2.environment import Template

__all__ = ["CONTENT_POLICY", "imprint", "render"]

CONTENT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; "
    "font-src data:; frame-src 'self'; base-uri 'none'; form-action 'none'"
)
"""Only what stands inside the page: the map's script is part of the page, and nothing may be fetched."""


def render(product: Product) -> str:
    """
    Return the page of a product.

    Parameters
    ----------
    product
        Blocks whose text is already in the product's language, which is also the language in use.
    """
    return _template().render(
        product=product,
        policy=CONTENT_POLICY,
        style=Markup(_stylesheet()),
        figure=_figure,
        imprint=imprint(product),
        words={"skip": _("Skip to the content")},
    )


def imprint(product: Product) -> str:
    """Return the line that says which product this is, of what day, and whose."""
    if product.author:
        return _("Product {number} · {date} · {author}").format(
            number=product.number, date=date(product.created), author=product.author
        )
    return _("Product {number} · {date}").format(number=product.number, date=date(product.created))


def _figure(figure: Figure | InteractiveMap) -> Markup:
    if isinstance(figure, InteractiveMap):
        msg = "An interactive map has no picture; put a Figure beside it."
        raise TypeError(msg)
    data = base64.b64encode(figure.svg).decode("ascii")
    caption = Markup("<figcaption>{}</figcaption>").format(figure.caption) if figure.caption else ""
    return Markup(
        '<figure class="single"><img src="data:image/svg+xml;base64,{}" alt="{}">{}</figure>'
    ).format(data, figure.alt, caption)


@cache
def _template() -> Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("ilp_toolkit.dissemination", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    return environment.get_template("page.html.j2")


def _stylesheet() -> str:
    own = resources.files("ilp_toolkit.dissemination").joinpath("templates/product.css")
    return "\n".join([style.font_face_css(), style.css(), own.read_text(encoding="utf-8")])
