"""`{% include %}` of Django, which lets `linli.ui.parts` draw what stands many times on a page."""

from django import template
from django.template.loader_tags import IncludeNode, do_include
from django.utils.safestring import SafeString

from linli.ui.drawn import one_ground
from linli.ui.parts import parts

register = template.Library()


class PartNode(IncludeNode):
    """Draws a part in the context that the template would have had; every other template as Django does."""

    def render(self, context):
        named = self.template.resolve(context)
        draw_part = parts.get(named) if isinstance(named, str) else None
        if draw_part is None:
            return super().render(context)
        told = {name: variable.resolve(context) for name, variable in self.extra_context.items()}
        with context.push(**told):
            return draw_part(context)


@register.tag("include")
def include(parser, token):
    """As Django's: {% include "ui/_chip.html" with title=words tone="done" %}."""
    node = do_include(parser, token)
    return PartNode(node.template, extra_context=node.extra_context, isolated_context=node.isolated_context)


@register.simple_tag
def rows(row, items):
    """The <li> of a list whose row is a part; "" where Django is to draw it (`ui/_list.html`)."""
    draw_part = parts.get(row)
    if draw_part is None:
        return ""
    with one_ground():
        return SafeString("".join(f"<li>{draw_part({'item': item})}</li>" for item in items))
