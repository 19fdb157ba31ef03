"""What a PromQL expression refers to, found by its tokens: metrics, matchers, labels. No parser: whether an expression
is valid, Prometheus itself says."""
import re
from dataclasses import dataclass

TOKEN = re.compile(
    r"""(?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`)"""
    r"""|(?P<word>[a-zA-Z_:][\w:]*)|(?P<number>\d[\w.]*|\.\d+)|(?P<comment>\#.*)|(?P<sign>[=!<>]=|=~|!~|\S)"""
)
WITH_LABELS = {"by", "without", "on", "ignoring", "group_left", "group_right"}
WORDS = {"and", "or", "unless", "bool", "offset", "atan2", "start", "end", "inf", "nan"}


@dataclass(frozen=True)
class Name:
    """A metric, a label or a label's value, and where it stands."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Matcher:
    label: Name
    operator: str
    value: Name


@dataclass(frozen=True)
class Selector:
    metric: Name
    matchers: tuple
    text: str


@dataclass
class References:
    selectors: list
    labels: list  # named by by(), on() and the like, and read by label_replace()
    made: set  # labels that label_replace() makes


def references(expression):
    tokens = [(match.lastgroup, match.group(), match.start()) for match in TOKEN.finditer(expression)]
    tokens = [token for token in tokens if token[0] != "comment"]
    found = References([], [], set())
    strings = []
    i = 0

    def sign(index):
        return tokens[index][1] if index < len(tokens) and tokens[index][0] == "sign" else None

    def name(index):
        kind, text, start = tokens[index]
        if kind == "string":
            return Name(text[1:-1], start + 1, start + len(text) - 1)
        return Name(text, start, start + len(text))

    def names_until(index, closing):
        names = []
        while sign(index) != closing:
            if tokens[index][0] == "word":
                names.append(name(index))
            index += 1
        return names, index

    def matchers_until_brace(index):
        matchers = []
        while sign(index) != "}":
            if tokens[index][0] == "word":
                matchers.append(Matcher(name(index), tokens[index + 1][1], name(index + 2)))
                index += 2
            index += 1
        return tuple(matchers), index

    while i < len(tokens):
        kind, text, _ = tokens[i]
        if text == "[":
            _, i = names_until(i, "]")
        elif kind == "string":
            strings.append(name(i))
        elif kind == "word" and text.lower() in WITH_LABELS:
            if sign(i + 1) == "(":
                names, i = names_until(i + 1, ")")
                found.labels += names
        elif kind == "word" and text.lower() not in WORDS:
            following = tokens[i + 1][1] if i + 1 < len(tokens) else ""
            if following not in ("(", "by", "without"):
                metric = name(i)
                matchers, end = (), metric.end
                if following == "{":
                    matchers, i = matchers_until_brace(i + 2)
                    end = tokens[i][2] + 1
                found.selectors.append(Selector(metric, matchers, expression[metric.start : end]))
        elif text == "{":
            raise ValueError(f"A selector without a metric's name: {expression}")
        i += 1
    # label_replace(vector, destination, replacement, source, regex) is the only function in use that takes strings
    if "label_replace" not in expression and strings or len(strings) % 4:
        raise ValueError(f"Strings that are not understood: {expression}")
    for j in range(0, len(strings), 4):
        found.made.add(strings[j].text)
        if strings[j + 2].text:
            found.labels.append(strings[j + 2])
    return found


def misspellings(expression):
    """Each way to misspell one name in the expression."""
    found = references(expression)
    names = found.labels + [selector.metric for selector in found.selectors]
    matchers = [matcher for selector in found.selectors for matcher in selector.matchers]
    names += [matcher.label for matcher in matchers]
    # A pattern that matches whatever there is says nothing that could be misspelt
    names += [matcher.value for matcher in matchers if matcher.value.text != ".*"]
    for name in names:
        yield expression[: name.start] + name.text + "x" + expression[name.end :]
