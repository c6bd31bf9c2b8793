"""Where a one-token fault can be put into C# source, found mechanically: a small lexer, what is no site, and the rules.

No site is: a comment, a string and whatever statement holds one (a message), an attribute, an argument check, what throws, the name in a
declaration. Nobody picks: the rules below apply wherever they fit."""
import bisect
import hashlib
import re
from collections import Counter, namedtuple

Token = namedtuple("Token", "kind text start end")
Site = namedtuple("Site", "key file line member rule start end replacement before after")

_TOKEN = re.compile(
    r"(?P<comment>//[^\n]*|/\*.*?\*/|^[ \t]*#[^\n]*)"
    r"|(?P<number>\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?[fFdDmMuUlL]*)"
    r"|(?P<name>@?[A-Za-z_]\w*)"
    r"|(?P<operator>=>|==|!=|<=|>=|\+=|-=|\*=|/=|\+\+|--|&&|\|\||\?\?=|\?\?|\?\.|\.\.|[-+*/%<>=!?:;,.(){}\[\]&|^~])",
    re.S | re.M)


def _string_end(text, at):
    """The end of the string or character literal that begins at a place, holes with strings of their own among it; None if none does."""
    match = re.compile(r"\$?@?\$?\"|'").match(text, at)
    if not match:
        return None
    if match[0] == "'":
        return re.compile(r"'(?:\\.|[^'\\])+'").match(text, at).end()
    interpolated, verbatim, i = "$" in match[0], "@" in match[0], match.end()
    while text[i] != '"' or (verbatim and text[i + 1] == '"'):
        if interpolated and text[i] == "{" and text[i + 1] != "{":
            depth, i = 1, i + 1
            while depth:
                end = _string_end(text, i)
                depth += (text[i] == "{") - (text[i] == "}")
                i = end or i + 1
            continue
        i += 2 if (text[i] == "\\" and not verbatim) or text[i:i + 2] in ('""', "{{") else 1
    return i + 1


def tokens_of(text):
    """All tokens but comments."""
    result, at = [], 0
    while at < len(text):
        end = _string_end(text, at)
        if end:
            result.append(Token("string", text[at:end], at, end))
        else:
            match = _TOKEN.match(text, at)
            if match and match.lastgroup != "comment":
                result.append(Token(match.lastgroup, match[0], at, match.end()))
            end = match.end() if match else at + 1
        at = end
    return result


_CHECK = re.compile(r"^(?:Argument\w*Exception \. Throw|(?:Shape|Losses) \. Require|Require)|Shape \. RequireDraws")
_TEXTUAL = re.compile(r"^(?:Require\w*|Validated|OutsideRange|Unknown|ToString)$")
_KEYWORDS = set("return in ref out is as await throw case else new and or not when yield readonly var".split())


class Source:
    """A file's tokens, each with its enclosing member, and which of them may be a site."""

    def __init__(self, file, text):
        self.file, self.text = file, text
        self.tokens = tokens_of(text)
        self.partner = self._brackets()
        self.allowed = [t.kind != "string" for t in self.tokens]
        self.member = [""] * len(self.tokens)
        self.line_starts = [0] + [m.end() for m in re.finditer("\n", text)]
        self._walk()

    def _brackets(self):
        partner, stack = {}, []
        for i, token in enumerate(self.tokens):
            if token.text in "([{" and token.kind == "operator":
                stack.append(i)
            elif token.text in ")]}" and token.kind == "operator":
                partner[i] = stack.pop()
                partner[partner[i]] = i
        return partner

    def _walk(self):
        """Cuts the tokens into chunks (statements, headers of blocks, arms of a switch) and marks those that are no sites."""
        chunks, first, open_brackets = [], 0, ["{"]
        for i, token in enumerate(self.tokens):
            if token.kind != "operator":
                continue
            inside = open_brackets[-1]
            if token.text in "{}" or (token.text == ";" and inside in "{switch") or (token.text == "," and inside == "switch"):
                chunks.append((first, i))
                first = i + 1
            if token.text in "([{":
                open_brackets.append("switch" if self.tokens[i - 1].text == "switch" else token.text)
            elif token.text in ")]}":
                open_brackets.pop()
        scopes = []                                                   # (name, index of the brace, is a type)
        for number, (first, end) in enumerate(chunks):
            first = self._past_attributes(first, end)
            opens = self.tokens[end].text == "{"
            words = [t.text for t in self.tokens[first:end]]
            line = " ".join(words)
            kind = re.search(r"\b(?:class|struct|interface|record|enum)\s+(\w+)(?=\s|$)", re.sub(r"record struct", "record", line))
            declares = (not scopes or scopes[-1][2]) and bool(words)
            name = kind[1] if kind else self._declared(words) if declares else None
            path = ".".join([s[0] for s in scopes if s[0]] + [name] * bool(name))
            for i in range(first, end):
                self.member[i] = path
            follows = [t.text for t in self.tokens[chunks[number + 1][0]:chunks[number + 1][1]]][:1] if number + 1 < len(chunks) else []
            if ("throw" in words or words[:1] in (["using"], ["namespace"]) or any(t.kind == "string" for t in self.tokens[first:end])
                    or _CHECK.search(line) or (opens and follows == ["throw"]) or any(_TEXTUAL.match(s[0] or "") for s in scopes)
                    or (declares and name and _TEXTUAL.match(name))):
                for i in range(first, end):
                    self.allowed[i] = False
            if opens:
                scopes.append((name, end, bool(kind) or "namespace" in words))
            elif self.tokens[end].text == "}" and scopes:
                scopes.pop()

    def _past_attributes(self, first, end):
        while first < end and self.tokens[first].text == "[":
            for i in range(first, self.partner[first] + 1):
                self.allowed[i] = False
            first = self.partner[first] + 1
        for i in range(first, end - 1):
            if self.tokens[i].text == "[" and self.tokens[i - 1].text in "(," and self.tokens[i + 1].text in ("NotNull", "CallerArgumentExpression"):
                for j in range(i, self.partner[i] + 1):
                    self.allowed[j] = False
        return first

    @staticmethod
    def _declared(words):
        for i, word in enumerate(words[:-1]):
            if word in ("(", "=>", "=", "<") and i and re.match(r"\w", words[i - 1]) and (word != "<" or "(" in words[i:] and _closes_call(words, i)):
                return words[i - 1]
        return words[-1] if words and re.match(r"\w", words[-1]) else None

    def line_of(self, position):
        return bisect.bisect_right(self.line_starts, position)

    def lines(self, start, end, replacement=None):
        """The whole lines around a place, on one line without comments, as they are or with a replacement."""
        first = self.line_starts[self.line_of(start) - 1]
        last = self.text.find("\n", end)
        middle = self.text[start:end] if replacement is None else replacement
        shown = self.text[first:start] + middle + self.text[end:last if last >= 0 else len(self.text)]
        return " ".join(re.sub(r"//[^\n]*", "", shown).split())


def _closes_call(words, i):
    depth = 0
    for j in range(i, len(words)):
        depth += (words[j] == "<") - (words[j] == ">")
        if depth == 0:
            return words[j + 1:j + 2] == ["("]
    return False


# --- the rules: each yields (first token, last token, replacement) ---

_OPPOSITES = {
    "plus-minus": {"+": "-", "-": "+", "+=": "-=", "-=": "+=", "++": "--", "--": "++"},
    "times-divide": {"*": "/", "/": "*", "*=": "/=", "/=": "*="},
    "comparison": {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "=="},
    "logic": {"&&": "||", "||": "&&", "true": "false", "false": "true"},
}

_OPERATIONS = {
    "vector-operation": {"Add": "Subtract", "Subtract": "Add", "Multiply": "Divide", "Divide": "Multiply"},
    "least-greatest": {"Max": "Min", "Min": "Max", "AtLeast": "AtMost", "AtMost": "AtLeast"},
}

_NAMES = """
mean logVariance; _mean _logVariance; meanGradient logVarianceGradient; _meanGradient _logVarianceGradient; Mean LogVariance;
MeanGradient LogVarianceGradient; mu lv; means terms; _means _terms; _means _raws; _meanGradient _rawGradient; mu sigma; dmu along;
Beta1 Beta2; beta1 beta2; Rest1 Rest2; rest1 rest2; correction1 correction2; _first _second; first second; FirstMoments SecondMoments; m v;
Rate RootScale; rate rootScale; Kept GradientFactor; kept factor; rateFactor gradientFactor; Value Gradient; _value _gradient; value gradient;
input output; inputGradient outputGradient; _output _outputGradient; _output _gradient; _outputs _targets; output target; Weight Bias; y dy;
l x; one e; far near; _logits _targets; logits targets; p x; scale half; whole half; factor half; slant square; difference precision;
noise latent; _noise _latent; _noise _latentGradient; noise latentGradient; epsilon z; z drawn; latent sample; sample draw; column sample;
share own; likelihood ratio; draws samples; rows columns; RowCount ColumnCount; _rows _features; largest sum; s0 s1; s2 s3; start end;
Latent Noise; Output Input; EncoderHidden DecoderHidden; OutputGradient LatentGradient; DecoderInput EncoderInput; kl reconstruction;
LogWeights Weights; LogWeightGradients TermGradients; outputs gradients; weight warmUp; weight least; precision constant; stage length;
epoch epochs; clipNorm norm; part width; _draws _columns; Left Right; features classes; joinedGradient gradient; Reconstruction Kl
"""
_SWAPS = {}
for _pair in _NAMES.replace("\n", " ").split(";"):
    _a, _b = _pair.split()
    _SWAPS.setdefault(_a, []).append(_b)
    _SWAPS.setdefault(_b, []).append(_a)


def _is_binary(source, i):
    before = source.tokens[i - 1]
    return before.kind == "number" or before.text in (")", "]") or (before.kind == "name" and before.text not in _KEYWORDS)


def _is_spaced(source, i):
    token = source.tokens[i]
    return source.text[token.start - 1].isspace() and source.text[token.end].isspace()


def _arguments(source, opening):
    """The arguments of a call as texts."""
    closing, parts, first = source.partner[opening], [], source.tokens[opening].end
    i = opening + 1
    while i < closing:
        token = source.tokens[i]
        if token.text == ",":
            parts.append(source.text[first:token.start].strip())
            first = token.end
        if token.text == "<" and not _is_spaced(source, i):           # the commas of a generic's arguments are none of ours
            while source.tokens[i].text != ">":
                i += 1
        i = source.partner[i] if token.text in ("(", "[", "{") else i + 1
    return parts + [source.text[first:source.tokens[closing].start].strip()]


def _call(source, i):
    """The opening parenthesis of a call whose name is token i, or None."""
    return i + 1 if i + 1 < len(source.tokens) and source.tokens[i + 1].text == "(" else None


def _first_of_chain(source, i):
    """Where the dotted name that ends with token i begins, past generic arguments."""
    while source.tokens[i - 1].text == ".":
        i -= 2
        if source.tokens[i].text == ">":
            while source.tokens[i].text != "<":
                i -= 1
            i -= 1
    return i


def _operand_end(source, i):
    """The last token of the operand that begins at token i: a number, a name with members, calls and indices, or a parenthesis."""
    if source.tokens[i].text == "(":
        i = source.partner[i]
    elif source.tokens[i].kind not in ("number", "name"):
        return None
    while i + 1 < len(source.tokens) and source.tokens[i + 1].text in (".", "(", "["):
        i = i + 2 if source.tokens[i + 1].text == "." else source.partner[i + 1]
    return i


def _opposites(source, i):
    token = source.tokens[i]
    for rule, pairs in _OPPOSITES.items():
        if token.text not in pairs or (token.text in "+-" and not _is_binary(source, i)):
            continue
        if token.text in ("<", ">") and not _is_spaced(source, i):    # of a generic type
            continue
        yield rule, i, i, pairs[token.text]


def _operations(source, i):
    token = source.tokens[i]
    owner = source.tokens[i - 2].text if source.tokens[i - 1].text == "." else ""
    if _call(source, i) is None and token.text not in _SWAPS:
        if not (source.tokens[i + 1].text == "<" and owner == "TensorPrimitives"):
            return
    for rule, pairs in _OPERATIONS.items():
        if token.text in pairs and owner in ("TSimd", "TensorPrimitives", "int", "double", "T"):
            yield rule, i, i, pairs[token.text]
    opening = _call(source, i)
    if opening is None or not owner:
        return
    first, last = _first_of_chain(source, i), source.partner[opening]
    arguments = _arguments(source, opening)
    if token.text == "MultiplyAdd":
        a, b, c = arguments
        yield "multiply-add", i, last, f"MultiplyAdd({a}, {c}, {b})"
        yield "multiply-add", first, last, f"TSimd.Multiply({a}, {b})"
        root = re.match(r"TSimd\.Sqrt\((\w+)\)$", a)
        if root:
            yield "epsilon", first, last, f"TSimd.Sqrt(TSimd.MultiplyAdd({root[1]}, TSimd.Multiply({b}, {b}), {c}))"
            yield "epsilon", first, last, f"TSimd.Multiply(TSimd.Add({a}, {c}), {b})"
    elif token.text in ("WherePositive", "WhereLess"):
        *condition, a, b = arguments
        yield "branches", i, last, f"{token.text}({', '.join([*condition, b, a])})"
    elif token.text in ("Subtract", "Divide", "Pow") and len(arguments) == 2:
        yield "operands", i, last, f"{token.text}({arguments[1]}, {arguments[0]})"
    elif token.text in ("Sqrt", "Exp", "Log", "Abs", "Log1p", "Log1pOfFraction", "ExpMinusAbs", "ExpOf", "OneMinusExpMinus") and len(arguments) == 1:
        yield "function-removed", first, last, f"({arguments[0]})" if source.tokens[first].text != "TSimd" else arguments[0]
    elif token.text in ("Broadcast", "CreateChecked", "CreateTruncating") and len(arguments) == 1 and owner in ("TSimd", "T"):
        yield "sign", opening + 1, last - 1, f"-({arguments[0]})"
    if token.text in ("ColumnSpan", "Slice", "At"):
        end = source.text.index(arguments[0], source.tokens[opening].end) + len(arguments[0])
        inner = next(j for j in range(opening + 1, last) if source.tokens[j].end == end)
        yield "index", opening + 1, inner, f"({arguments[0]}) + 1"


def _signs(source, i):
    if source.tokens[i].text == "-" and not _is_binary(source, i):
        yield "sign", i, i, ""


def _constants(source, i):
    token, before = source.tokens[i], source.tokens[i - 1].text
    if token.kind != "number":
        if token.text in ("One", "Zero") and before == "." and source.tokens[i - 2].text == "T":
            yield "one-zero", i, i, "Zero" if token.text == "One" else "One"
        return
    known = {"0": "1", "1": "2", "2": "1", "0.5": "1", "-0.5": "-1", "0.0": "1.0", "2.0": "1.0"}
    written = re.match(r"[\d_.]+(?:[eE][+-]?\d+)?", token.text)[0]
    suffix = token.text[len(written):]                                # L of a long, f of a float
    is_real = "." in written or "e" in written.lower() or suffix.lower() in ("f", "d", "m")
    other = f"(2 * {token.text})" if is_real else str(2 * int(written.replace("_", ""))) + suffix
    yield "constant", i, i, known[written] + suffix if written in known else other


def _transposes(source, i):
    if source.tokens[i].text in ("Left", "Right", "Neither") and source.tokens[i - 2].text == "Transposed":
        for other in ("Left", "Right", "Neither"):
            if other != source.tokens[i].text:
                yield "transpose", i, i, other


def _divisors(source, i):
    if source.tokens[i].text == "/":
        last = _operand_end(source, i + 1)
        if last:
            yield "divisor-removed", i, last, ""
    elif source.tokens[i].text == "/=":
        last = _operand_end(source, i + 1)
        if last:
            yield "divisor-removed", i, last, "/= 1"


def _indices(source, i):
    if source.tokens[i].text != "[" or source.tokens[i - 1].end != source.tokens[i].start:
        return
    if source.tokens[i - 1].kind != "name" and source.tokens[i - 1].text not in (")", "]"):
        return
    first, last = i + 1, source.partner[i] - 1
    if last < first:
        return                                                        # of an array's type
    inside = source.text[source.tokens[first].start:source.tokens[last].end]
    if source.tokens[first].text == "^":
        yield "index", first, last, f"^({inside[1:]} + 1)"
    elif source.tokens[first].text == "..":
        yield "index", first, last, f"({inside[2:]}).."
    elif source.tokens[last].text == "..":
        yield "index", first, last, f"..({inside[:-2]})"
    elif ".." not in inside:
        yield "index", first, last, f"{inside} + 1" if re.match(r"[\w.]+$", inside) else f"({inside}) + 1"


def _names(source, i):
    token, before, behind = source.tokens[i], source.tokens[i - 1], source.tokens[i + 1] if i + 1 < len(source.tokens) else None
    if token.text not in _SWAPS or behind is None:
        return
    if (before.kind == "name" and before.text not in _KEYWORDS - {"var"}) or before.text in ("?", "]") and behind.text != ":" or before.text == "var":
        return                                                        # declared here
    if before.text == ">" and not _is_spaced(source, i - 1):
        return
    if (behind.text == ":" and before.text in ("(", ",")) or (before.text == "(" and source.tokens[i - 2].text == "nameof"):
        return                                                        # the name of an argument
    for other in _SWAPS[token.text]:
        if other in source.names:
            yield "name", i, i, other


RULES = (_opposites, _operations, _signs, _constants, _transposes, _divisors, _indices, _names)


def sites_of(file, text):
    """All sites of a file, in the order of their places."""
    source, result, seen = Source(file, text), [], Counter()
    source.names = {t.text for t in source.tokens if t.kind == "name"}
    for i, allowed in enumerate(source.allowed):
        if not allowed or i == len(source.tokens) - 1:
            continue
        for rule in RULES:
            for name, first, last, replacement in rule(source, i):
                start, end = source.tokens[first].start, source.tokens[last].end
                before, after = source.lines(start, end), source.lines(start, end, replacement)
                if before == after:
                    continue
                same = (file, source.member[i], name, before, after)
                seen[same] += 1
                key = hashlib.sha1("\n".join([*same, str(seen[same])]).encode()).hexdigest()[:12]
                result.append(Site(key, file, source.line_of(start), source.member[i], name, start, end, replacement, before, after))
    return result
