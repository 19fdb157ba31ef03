"""As much of JSON Schema draft-07 as the schemas of Grafana's foundation SDK use. An unknown keyword is an error."""

SILENT = {"$schema", "definitions", "description", "default", "deprecated", "format", "x-deprecation-message"}
TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
    "number": (int, float),
    "integer": int,
}


def errors(value, schema, root=None, at="$"):
    """The first places where the value does not fit the schema."""
    root = root or schema
    if "$ref" in schema:
        target = root
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        return errors(value, target, root, at)
    found = []
    for keyword, rule in schema.items():
        found += _keyword(keyword, rule, value, schema, root, at)
    return found


def _keyword(keyword, rule, value, schema, root, at):
    if keyword in SILENT:
        return []
    if keyword == "type":
        fits = isinstance(value, TYPES[rule]) and (rule == "boolean" or not isinstance(value, bool))
        return [] if fits else [f"{at}: is no {rule}"]
    if keyword == "enum":
        return [] if value in rule else [f"{at}: {value!r} is none of {rule}"]
    if keyword == "const":
        return [] if value == rule else [f"{at}: is not {rule!r}"]
    if keyword in ("anyOf", "oneOf", "allOf"):
        branches = [errors(value, branch, root, at) for branch in rule]
        fitting = sum(not branch for branch in branches)
        if keyword == "allOf":
            return [error for branch in branches for error in branch]
        if fitting == 1 or keyword == "anyOf" and fitting:
            return []
        return [f"{at}: fits {fitting} of {len(rule)}"] + min(branches, key=len)
    if keyword in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength"):
        return _bounds(keyword, rule, value, at)
    if keyword == "items":
        if not isinstance(value, list):
            return []
        return [error for i, item in enumerate(value) for error in errors(item, rule, root, f"{at}[{i}]")]
    if not isinstance(value, dict) and keyword in ("properties", "required", "additionalProperties"):
        return []
    if keyword == "properties":
        return [e for key, item in rule.items() if key in value for e in errors(value[key], item, root, f"{at}.{key}")]
    if keyword == "required":
        return [f"{at}: lacks {key}" for key in rule if key not in value]
    if keyword == "additionalProperties":
        more = [key for key in value if key not in schema.get("properties", {})]
        if rule is False:
            return [f"{at}: knows no {key}" for key in more]
        return [] if rule is True else [e for key in more for e in errors(value[key], rule, root, f"{at}.{key}")]
    raise ValueError(f"The schema uses {keyword}, which this check does not know")


def _bounds(keyword, rule, value, at):
    if keyword == "minLength":
        fits = not isinstance(value, str) or len(value) >= rule
    elif isinstance(value, bool) or not isinstance(value, (int, float)):
        fits = True
    else:
        fits = {
            "minimum": value >= rule,
            "maximum": value <= rule,
            "exclusiveMinimum": value > rule,
            "exclusiveMaximum": value < rule,
        }[keyword]
    return [] if fits else [f"{at}: {keyword} is {rule}"]
