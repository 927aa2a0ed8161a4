"""Why two articles are together, or not; and how right clusters are."""

from __future__ import annotations

import html
import json
from typing import Any, Dict, List


class Explanation:
    """Why two articles are, or are not, copies or of one story."""

    def __init__(self, told: str, text: str, page: str) -> None:
        self._told: Dict[str, Any] = json.loads(told)
        self._text = text
        self._page = page

    @property
    def decision(self) -> str:
        """``exact``, ``near``, ``excerpt``, ``related`` or ``apart``."""
        return str(self._told["decision"])

    @property
    def sentences(self) -> List[str]:
        """Why, then what would have decided otherwise, in sentences."""
        return [*self._told["because"], *self._told["changes"]]

    def to_dict(self) -> Dict[str, Any]:
        """All of the evidence, as ``samestory explain --json`` has it."""
        copy: Dict[str, Any] = json.loads(json.dumps(self._told))
        return copy

    def to_html(self) -> str:
        """A page of HTML with both texts side by side and what differs marked, as ``samestory explain -o`` writes it."""
        return self._page

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"<samestory.Explanation: {self._told['a']['id']} and {self._told['b']['id']}, {self.decision}>"

    def _repr_html_(self) -> str:
        # A frame of its own: nothing that a scraped page holds reaches the notebook around it.
        page = html.escape(self._page, quote=True)
        style = "width:100%;height:32em;border:1px solid #ccc"
        return f'<iframe sandbox style="{style}" srcdoc="{page}"></iframe>'


class Scores:
    """How right clusters are, against a gold standard."""

    def __init__(self, told: str, text: str) -> None:
        self._told: Dict[str, Any] = json.loads(told)
        self._text = text

    def to_dict(self) -> Dict[str, Any]:
        """All scores, as ``samestory eval --json`` has them."""
        copy: Dict[str, Any] = json.loads(json.dumps(self._told))
        return copy

    def __getattr__(self, name: str) -> Any:
        told = self.__dict__.get("_told", {})
        scores = told.get("scores", told)
        if name in scores:
            return scores[name]
        if name in told:
            return told[name]
        raise AttributeError(name)

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"<samestory.Scores\n{self._text.rstrip()}\n>"

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self._text)}</pre>"
