"""The nodes of which a folded template is made (linli.ui.folding)."""

from html import escape
from uuid import UUID

from django.template import Node
from django.template.base import NodeList, TextNode, VariableNode, render_value_in_context
from django.urls import NoReverseMatch
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from .drawn import address_of

PLAIN = frozenset(
    (str, int, UUID, SafeString)
)  # parts of an address that are alike only when they are written alike


class Joined(NodeList):
    """Folded nodes, neighbouring texts made one."""

    def __init__(self, nodes):
        super().__init__()
        for node in nodes:
            if isinstance(node, TextNode) and self and isinstance(self[-1], TextNode):
                self[-1] = TextNode(self[-1].s + node.s)
            elif not isinstance(node, TextNode) or node.s:
                self.append(node)
        self.renders = [node.render for node in self]
        self.is_text = all(isinstance(node, TextNode) for node in self)
        self.binds_nothing = all(isinstance(node, TextNode | VariableNode | Scoped) for node in self)

    def render(self, context):
        return SafeString("".join([render(context) for render in self.renders]))


class Scoped(Node):
    """A block: what is bound inside is forgotten behind it."""

    def __init__(self, nodelist):
        self.nodelist = nodelist

    def render(self, context):
        with context.push():
            return self.nodelist.render(context)


class Inlined(Scoped):
    """`{% include %}` of a template that is known by name."""

    def __init__(self, node, nodelist):
        super().__init__(nodelist)
        self.told, self.is_alone = tuple(node.extra_context.items()), node.isolated_context

    def render(self, context):
        told = {name: expression.resolve(context) for name, expression in self.told}
        if self.is_alone:
            return self.nodelist.render(context.new(told))
        with context.push(**told):
            return self.nodelist.render(context)


class Part(Node):
    """`{% include %}` of what a function draws (linli.ui.parts)."""

    child_nodelists = ()

    def __init__(self, node, draw_part):
        self.told, self.draw_part = tuple(node.extra_context.items()), draw_part

    def render(self, context):
        if not self.told:
            return self.draw_part(context)
        with context.push(**{name: expression.resolve(context) for name, expression in self.told}):
            return self.draw_part(context)


class Bound(Node):
    """A constant under a name: `{% translate … as name %}`."""

    child_nodelists = ()

    def __init__(self, name, value):
        self.name, self.value = name, value

    def render(self, context):
        context[self.name] = self.value
        return ""


class Written(VariableNode):
    """`{{ … }}`: text is escaped at once, everything else as Django does."""

    def render(self, context):
        try:
            value = self.filter_expression.resolve(context)
        except UnicodeDecodeError:
            return ""
        kind = type(value)
        if kind is str:
            return SafeString(escape(value))
        return value if kind is SafeString else render_value_in_context(value, context)


MISSING = object()


def found(context, name):
    """What the context has under a name; MISSING."""
    for layer in reversed(context.dicts):
        if name in layer:
            return layer[name]
    return MISSING


class Named(Written):
    """`{{ name }}`: what is called, or is not there, is Django's to say."""

    def __init__(self, filter_expression):
        super().__init__(filter_expression)
        (self.name,) = filter_expression.var.lookups

    def render(self, context):
        value = found(context, self.name)
        kind = type(value)
        if kind is SafeString:
            return value
        return SafeString(escape(value)) if kind is str else super().render(context)


class Asked:
    """A name of the context in an `{% if %}`: missing, it is None."""

    def __init__(self, literal):
        self.literal, (self.name,) = literal, literal.value.var.lookups

    def eval(self, context):
        value = found(context, self.name)
        if value is MISSING and not hasattr(context, self.name):
            return None
        return self.literal.eval(context) if value is MISSING or callable(value) else value


class Sentence(Node):
    """`{% blocktranslate %}` of one number: translated already, filled for this reader."""

    child_nodelists = ()

    def __init__(self, node):
        self.node = node
        text, self.names = node.render_token_list(node.singular)
        self.text, self.told = gettext(text), tuple(node.extra_context.items())

    def render(self, context):
        context.update({name: expression.resolve(context) for name, expression in self.told})
        told = {name: _filled(context, name) for name in self.names}
        context.pop()
        try:
            said = self.text % told
        except (KeyError, ValueError):  # a translation that names something else
            return self.node.render(context)
        if not self.node.asvar:
            return said
        context[self.node.asvar] = SafeString(said)
        return ""


def _filled(context, name):
    value = context.get(name, context.template.engine.string_if_invalid)
    return render_value_in_context(value, context)


class Address(Node):
    """`{% url %}` of a route by name with parts of this request: what was reversed before is not reversed again."""

    child_nodelists = ()

    def __init__(self, node):
        self.node, self.name = node, str(node.view_name.var)

    def render(self, context):
        node = self.node
        told = [expression.resolve(context) for expression in node.args]
        if not all(type(one) in PLAIN for one in told):
            return node.render(context)
        try:
            url = address_of(self.name, *told)
        except NoReverseMatch:
            return node.render(context)  # which says so, or leaves the name empty
        if not node.asvar:
            return conditional_escape(url)
        context[node.asvar] = url
        return ""
