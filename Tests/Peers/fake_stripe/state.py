"""All that the stand-in remembers: objects by kind and id, events in their order, first replies by key."""

import copy
import json
import os
import threading

from . import objects
from .errors import missing


class State:
    """Guarded by `lock`, which a request holds from its first look to its last change."""

    def __init__(self, file=None):
        self.lock = threading.RLock()
        self.file = file
        self.kinds = {}
        self.events = []
        self.numbers = {}  # The card number behind each payment method.
        self.replies = {}  # By idempotency key: the request, the status and the body of its first run.
        self.on_event = lambda event: None
        if file and os.path.exists(file):
            with open(file, encoding="utf-8") as kept:
                vars(self).update(json.load(kept))

    def add(self, thing):
        self.kinds.setdefault(thing["object"], {})[thing["id"]] = thing
        return thing

    def get(self, kind, id):
        found = self.kinds.get(kind, {}).get(id)
        if found is None:
            raise missing(kind, id)
        return found

    def all(self, kind):
        """Newest first."""
        return list(reversed(self.kinds.get(kind, {}).values()))

    def tell(self, kind, about, request=None):
        """Records that something happened, with the object as it is now, and has it delivered."""
        happened = objects.event(
            kind, copy.deepcopy(about), getattr(request, "id", None), getattr(request, "idempotency_key", None))
        self.events.append(happened)
        self.on_event(happened)

    def save(self):
        if not self.file:
            return
        kept = {name: vars(self)[name] for name in ("kinds", "events", "numbers", "replies")}
        beside = f"{self.file}.new"
        with open(beside, "w", encoding="utf-8") as new:
            json.dump(kept, new)
        os.replace(beside, self.file)
