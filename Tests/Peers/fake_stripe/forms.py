"""Form bodies as Stripe takes them: `line_items[0][quantity]=1`, `expand[]=customer`."""

import re
from urllib.parse import parse_qsl


def nested(body):
    """Makes dictionaries and lists of a form. All leaves are texts."""
    root = {}
    for name, value in parse_qsl(body, keep_blank_values=True):
        path = [re.match(r"[^\[]*", name).group(), *re.findall(r"\[([^\]]*)\]", name)]
        place = root
        for step, following in zip(path, path[1:]):
            if step == "":
                step = str(len(place))
            place = place.setdefault(step, {})
            if not isinstance(place, dict):
                raise ValueError(f"{name} is given as a value and as an object")
        place[path[-1] or str(len(place))] = value
    return _lists(root)


def _lists(value):
    if not isinstance(value, dict):
        return value
    if value and all(key.isdigit() for key in value):
        return [_lists(value[key]) for key in sorted(value, key=int)]
    return {key: _lists(inner) for key, inner in value.items()}
