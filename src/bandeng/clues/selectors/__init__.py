"""Reads of clues, each through the one narrowing that keeps them from whom they accuse."""

from bandeng.clues.selectors.visibility import NotVisible, clue_for, visible_clues

__all__ = ["NotVisible", "clue_for", "visible_clues"]
