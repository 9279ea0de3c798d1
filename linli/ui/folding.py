"""Templates folded together: what is the same for everybody in a language stands as text, the rest is asked anew.

Three of four nodes of a page say nothing about its reader: translated words, addresses without a part to fill in,
signs, blocks that a page puts in place of its base's, templates included by name. Django asks each again at every
request. Here they are asked once for each ground (language, addresses), neighbours are joined, and what is left is
rendered by the nodes of Django as before. Nothing that depends on a context is kept.
"""

import copy

from django.template import Context, Node, TemplateDoesNotExist
from django.template.base import NodeList, TextNode, Variable, VariableNode
from django.template.defaulttags import (
    CommentNode,
    CycleNode,
    ForNode,
    IfChangedNode,
    IfNode,
    LoadNode,
    ResetCycleNode,
    TemplateLiteral,
    URLNode,
    WithNode,
)
from django.template.library import SimpleNode
from django.template.loader_tags import (
    BLOCK_CONTEXT_KEY,
    BlockNode,
    ExtendsNode,
    IncludeNode,
    construct_relative_path,
)
from django.template.loaders import cached
from django.templatetags.i18n import BlockTranslateNode, GetCurrentLanguageNode, TranslateNode
from django.templatetags.static import StaticNode
from django.urls import NoReverseMatch

from .drawn import ground_of_page
from .folded import Address, Asked, Bound, Inlined, Joined, Named, Part, Scoped, Sentence, Written
from .parts import parts
from .templatetags.parts import PartNode

KNOWN = ("django.", "linli.", "django_htmx.")  # nodes of others may look at how a page was put together
STATEFUL = (CycleNode, ResetCycleNode, IfChangedNode)  # keep what they count in the template they stand in
MOST = 64  # languages and bases of one template
OF_THE_GROUND = "of_the_ground"  # a simple tag says so of itself: constant arguments, constant text


class CannotFold(Exception):
    """This template is rendered by Django as it stands."""


class Loader(cached.Loader):
    """Django's loader that keeps templates; each gets nodes that fold themselves when first rendered."""

    def get_template(self, template_name, skip=None):
        template = super().get_template(template_name, skip)
        if not isinstance(template.nodelist, Folded):
            template.nodelist = Folded(template)
        return template


class Folded(NodeList):
    """The nodes of a template, as Django sees them; rendered folded where nothing around them wants otherwise."""

    def __init__(self, template):
        super().__init__(template.nodelist)
        self.template, self.kept = template, {}
        first = first_of(self)
        is_asked = isinstance(first, ExtendsNode) and not is_constant(first.parent_name)
        self.base = first.parent_name if is_asked else None  # `{% extends face %}`: one of a few

    def render(self, context):
        if BLOCK_CONTEXT_KEY in context.render_context or not context.autoescape:
            return super().render(context)  # as the base of a page that is not folded; as text
        base = None if self.base is None else self.base.resolve(context)
        if self.base is not None and not (base and isinstance(base, str)):
            return super().render(context)
        with ground_of_page() as ground:
            nodes = self.kept.get((ground, base))
            if nodes is None:
                nodes = self._fold(base)
                if len(self.kept) < MOST:
                    self.kept[ground, base] = nodes
            return super().render(context) if nodes is False else nodes.render(context)

    def _fold(self, base):
        try:
            return Folding(self.template, base=base).whole()
        except CannotFold:
            return False


class Folding:
    """One template folded for the ground that stands now."""

    def __init__(self, template, above=(), base=None):
        self.template, self.above, self.base = template, (*above, template.name), base
        self.blocks: dict[str, list[BlockNode]] = {}
        self.scratch = Context()
        self.scratch.template = template

    def whole(self) -> Joined:
        """The nodes of the page, each block where its base has it. CannotFold."""
        return self.joined(self._root(self.template, [self.template.origin]))

    def _root(self, template, history):
        nodes = template.nodelist
        if "block." in template.source:
            raise CannotFold("a block that asks for the one below")
        first = first_of(nodes)
        if not isinstance(first, ExtendsNode):
            self._know(nodes.get_nodes_by_type(BlockNode))
            return nodes
        self._know(first.blocks.values())
        named = (
            self._name(first.parent_name) if self.base is None or template is not self.template else self.base
        )
        parent, origin = template.engine.find_template(named, skip=history)
        return self._root(parent, [*history, origin])

    def _know(self, blocks):
        for block in blocks:
            self.blocks.setdefault(block.name, []).append(block)

    def _name(self, expression) -> str:
        if not is_constant(expression) or not isinstance(expression.var, str):
            raise CannotFold("a base that is known at the request alone")
        return str(expression.var)

    def joined(self, nodes) -> Joined:
        return Joined(part for node in nodes for part in self.folded(node))

    def folded(self, node) -> list[Node]:
        """The nodes that stand for this one; none where it writes nothing."""
        kind = type(node)
        if not kind.__module__.startswith(KNOWN):
            raise CannotFold(f"{kind.__qualname__} of others")
        fold = FOLDS.get(kind)
        if fold is not None:
            return fold(self, node)
        if any(child.get_nodes_by_type((BlockNode, ExtendsNode)) for child in children(node)):
            raise CannotFold(f"blocks inside {kind.__qualname__}")
        return [node]

    def block(self, node) -> list[Node]:
        nodes = self.joined(self.blocks[node.name][0].nodelist)
        return list(nodes) if nodes.binds_nothing else [Scoped(nodes)]

    def condition(self, node) -> list[Node]:
        like = copy.copy(node)
        like.conditions_nodelists = [
            (asked, self.joined(nodes)) for asked, nodes in node.conditions_nodelists
        ]
        return [like]

    def loop(self, node) -> list[Node]:
        like = copy.copy(node)
        like.nodelist_loop, like.nodelist_empty = (
            self.joined(node.nodelist_loop),
            self.joined(node.nodelist_empty),
        )
        return [like]

    def named(self, node) -> list[Node]:
        like = copy.copy(node)
        like.nodelist = self.joined(node.nodelist)
        return [like]

    def words(self, node) -> list[Node]:
        if is_constant(node.filter_expression) and is_constant(node.message_context):
            return self.constant(node, "asvar")
        return [node]

    def sentence(self, node) -> list[Node]:
        """Its translation is known; what is filled in comes with the request."""
        if node.plural or node.message_context:
            return [node]
        return [Sentence(node)]

    def address(self, node) -> list[Node]:
        if not is_constant(node.view_name) or ":" in str(node.view_name.var):
            return [node]
        if not all(map(is_constant, [*node.args, *node.kwargs.values()])):
            return [node] if node.kwargs else [Address(node)]
        try:
            return self.constant(node, "asvar")
        except NoReverseMatch:
            return [node]  # it may stand where nobody comes

    def file(self, node) -> list[Node]:
        return self.constant(node, "varname") if is_constant(node.path) else [node]

    def language(self, node) -> list[Node]:
        return self.constant(node, "variable")

    def tag(self, node) -> list[Node]:
        given = [*node.args, *node.kwargs.values()]
        if getattr(node.func, OF_THE_GROUND, False) and all(map(is_constant, given)):
            return self.constant(node, "target_var")
        return [node]

    def constant(self, node, binds: str) -> list[Node]:
        """What it writes, or what it binds to a name."""
        name = getattr(node, binds)
        text = node.render(self.scratch)
        return [Bound(name, self.scratch[name])] if name else [TextNode(text)]

    def included(self, node) -> list[Node]:
        if not is_constant(node.template) or not isinstance(node.template.var, str):
            return [node]
        name = construct_relative_path(node.origin.template_name, str(node.template.var))
        if str(node.template.var) in parts:
            return [Part(node, parts[str(node.template.var)])]
        if name in self.above:
            return [node]  # a tree: it ends where its data end
        try:
            template = self.template.engine.select_template((name,))
            if any(is_own(one) for one in template.nodelist):
                return [node]
            nodes = Folding(template, self.above).whole()
        except (CannotFold, TemplateDoesNotExist):
            return [node]
        return list(nodes) if nodes.is_text else [Inlined(node, nodes)]


def first_of(nodes):
    """What stands first, text aside: a template that extends another begins with it."""
    return next((node for node in nodes if not isinstance(node, TextNode)), None)


def is_own(node) -> bool:
    """Whether it, or one inside it, must have the template it stands in to itself."""
    return bool(node.get_nodes_by_type((*STATEFUL, BlockNode, ExtendsNode)))


def is_constant(expression) -> bool:
    """Whether a FilterExpression is a literal (None: nothing is asked)."""
    if expression is None:
        return True
    return not expression.filters and (
        not isinstance(expression.var, Variable) or expression.var.lookups is None
    )


def is_name(expression) -> bool:
    """Whether a FilterExpression is a name of the context and nothing more."""
    var = expression.var
    return (
        not expression.filters
        and isinstance(var, Variable)
        and not var.translate
        and len(var.lookups or ()) == 1
    )


def quick(condition):
    """The condition of an {% if %}, which finds names of the context without the detour of a lookup that may fail."""
    if isinstance(condition, TemplateLiteral):
        return Asked(condition) if is_name(condition.value) else condition
    if condition is None:
        return None
    like = copy.copy(condition)
    like.first, like.second = quick(condition.first), quick(condition.second)
    return like


def children(node):
    return [nodes for name in node.child_nodelists if (nodes := getattr(node, name, None))]


FOLDS = {
    BlockNode: Folding.block,
    BlockTranslateNode: Folding.sentence,
    CommentNode: lambda _folding, _node: [],
    ForNode: Folding.loop,
    GetCurrentLanguageNode: Folding.language,
    IfNode: Folding.condition,
    IncludeNode: Folding.included,
    PartNode: Folding.included,
    LoadNode: lambda _folding, _node: [],
    SimpleNode: Folding.tag,
    StaticNode: Folding.file,
    TextNode: lambda _folding, node: [node],
    TranslateNode: Folding.words,
    URLNode: Folding.address,
    VariableNode: lambda _folding, node: [
        (Named if is_name(node.filter_expression) else Written)(node.filter_expression)
    ],
    WithNode: Folding.named,
}
