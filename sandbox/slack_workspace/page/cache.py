"""Rendered messages, kept until what they show changes: a busy channel is fetched often and changes little."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

_Item = TypeVar("_Item")


class Cache(Generic[_Item]):
    """The last item per key with the facts it was made from; the least recently used go first."""

    def __init__(self, *, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[Hashable, tuple[Any, _Item]] = OrderedDict()

    def get(self, key: Hashable, facts: Any, make: Callable[[], _Item]) -> _Item:
        """The kept item if it was made from equal facts, else a new one."""
        kept = self._kept.get(key)
        item = kept[1] if kept is not None and kept[0] == facts else make()
        self._kept[key] = (facts, item)
        self._kept.move_to_end(key)
        if len(self._kept) > self._size:
            self._kept.popitem(last=False)
        return item
