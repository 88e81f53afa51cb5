"""Text becomes a syntax tree, and whatever cannot be read becomes an error that points at the character.

With this room you can parse a formula (`parse`), compare names as a person does (`canonical`), and raise or catch
the one kind of error that a user's text can cause (`GradcliError`).
"""

from gradcli.language.errors import GradcliError
from gradcli.language.names import canonical
from gradcli.language.parse import parse
from gradcli.language.tree import Declaration, Formula, Node, Statement
from gradcli.language.vocabulary import Vocabulary

__all__ = ["Declaration", "Formula", "GradcliError", "Node", "Statement", "Vocabulary", "canonical", "parse"]
