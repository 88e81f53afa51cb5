"""Every error by its code: what it means, a formula that provokes it, and what to write instead.

Codes are stable: scripts compare them, and `gradcli explain CODE` prints an entry. The catalogue stands in this room
because this is where errors are made of; the entries of errors that other rooms raise are here, too, so that a reader
finds all of them in one place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One kind of error.

    Attributes:
        code: its stable name.
        meaning: one or two sentences for a student.
        example: a formula that provokes it; "" if no formula does.
        bindings: the point at which the formula provokes it.
        repair: what to write instead; formulas stand between backquotes, and each of them works.
    """

    code: str
    meaning: str
    example: str
    bindings: tuple[str, ...]
    repair: str

    @property
    def formulas(self) -> tuple[str, ...]:
        """The repaired formulas in `repair`; none where the example is repaired by another point."""
        return tuple(re.findall("`([^`]+)`", self.repair)) if self.example else ()


def _entry(code: str, meaning: str, example: str, bindings: str, repair: str) -> Entry:
    return Entry(code, meaning, example, tuple(bindings.split()), repair)


_ENTRIES = (
    # --- what cannot be read ---
    _entry("empty-formula", "There is nothing to compute: no text, or nothing but spaces, comments, semicolons and "
           "declarations.",
           "# nothing", "", "write a formula: `1 + 2`"),
    _entry("unexpected", "A formula cannot go on like this: a value or an operator is missing, or there is one more.",
           "3 +* 4", "", "write one operator between two values: `3 + 4`, or `3 * 4`"),
    _entry("unknown-character", "Formulas hold letters, digits, brackets and operators; this character means nothing "
           "in them. It may be invisible: the message gives its name.",
           "x?", "x=1", "take it away: `x`"),
    _entry("latex-command", "A word with a backslash is read only if it is a Greek letter or the name of a function.",
           r"\frac + x", "x=1", r"write the formula as on paper: `1/2 + x`; letters and functions stay: `\sin(x)`"),
    _entry("too-long", "The text has more characters than a formula may have. Name the parts that occur more than once "
           "and use the names.", "", "", "name a part and use its name twice: q = x + y; q*q"),
    _entry("number-too-large", "Numbers are kept in double precision, which ends at about 1.8e308.",
           "1e999*x", "x=1", "write a smaller number: `1e300*x`"),
    # --- brackets ---
    _entry("unbalanced-bracket", "An opening bracket or bar has no closing one, or the other way round.",
           "(x + 1", "x=1", "write both: `(x + 1)`"),
    _entry("mismatched-bracket", "A bracket is closed by one of another kind.",
           "(x + 1]", "x=1", "close it in kind: `(x + 1)`"),
    _entry("nested-bars", "An absolute value within another one can be read in several ways, because a bar does not "
           "say whether it opens or closes.", "|x + |y||", "x=1 y=-2", "write the function: `abs(x + abs(y))`"),
    _entry("square-bracket", "A square bracket directly behind a value picks entries of it: w[0]. Behind a space it "
           "could be a vector, too, and a number has no entries.",
           "w [0]", "w=[1,2]", "write `w[0]` for the entry; a product needs its sign, `sum(2*[1, 2])`"),
    # --- vectors ---
    _entry("vector-entries", "The entries of a vector are separated by commas, and a matrix is a vector of its rows.",
           "sum([x 2])", "x=1", "write the comma: `sum([x, 2])`; a matrix is `sum([[x, 2], [3, 4]])`"),
    _entry("empty-vector", "A vector without entries is no value.",
           "x + sum([])", "x=1", "write its entries: `x + sum([1, 2])`"),
    _entry("index", "Entries are picked by whole numbers that count from 0 and by slices, W[0, 1:3], and they are not "
           "assigned.", "sum(w[w > 1])", "w=[1,2]", "multiply with the comparison: `sum((w > 1)*w)`"),
    _entry("keyword", "Keywords stand behind the operands of a function that gradcli knows, each of them once. A "
           "function that the formula defines has none.",
           "sum(axis=0, w)", "w=[1,2]", "write the keyword last: `sum(w, axis=0)`"),
    _entry("declaration", "A declaration gives an input its shape, before the input is used: the sizes of its axes, "
           "whole numbers from 1 on.", "w ~ 0; sum(w)", "w=[1,2]", "write the number of entries: `w ~ 2; sum(w)`"),
    _entry("shape", "The shapes of the operands do not fit: entry by entry both need as many entries, and a matrix "
           "product as many columns on the left as rows on the right.",
           "sum([[1, 2], [3, 4], [5, 6]] @ w)", "w=[1,2,3]",
           "transpose what lies the wrong way round: `sum([[1, 2], [3, 4], [5, 6]]ᵀ @ w)`"),
    _entry("array-output", "A gradient is that of a number. The derivative of a vector or a matrix is a Jacobian.",
           "2*w", "w=[1,2]", "make a number of it: `sum(2*w)`"),
    _entry("no-examples", "A gradient for each example needs a formula that is a sum or a mean over examples: "
           "gradcli eval 'max(w*x)' w=2 x=[1,2] --per-example has none, because the largest entry is no sum.",
           "", "", "write the loss as a sum or a mean over a vector with one entry for each example: "
           "gradcli eval 'sum((w*x - y)^2)' w=2 x=[1,2] y=[3,5] --per-example"),
    # --- statements ---
    _entry("double-equals", "== asks whether two values are equal; a formula names a value with one =.",
           "z == x + 1", "x=1", "write one: `z = x + 1`"),
    _entry("misplaced-equals", "Before = stands a name, or a function with its parameters, and nothing else.",
           "2x = 4", "x=2", "name a value: `y = 2x`, or take the equation apart: `2x - 4`"),
    _entry("nameless-statement", "Of several statements only the last one is the output; the others need names, or "
           "nobody could use their values.", "x + 1; x*2", "x=1", "name it: `q = x + 1; q*2`"),
    _entry("bad-parameter", "In the head of a definition stand different names, separated by commas.",
           "s(u, 2) = u^2; s(x, 2)", "x=1", "write names there: `s(u, n) = u^n; s(x, 2)`"),
    _entry("bad-block", "A block is a node whose function is not given. It states its value, and its derivative by "
           "each operand, as numbers; its operands are names.",
           "block c(b) = 4; 2c", "b=3", "state the derivative: `block c(b) = 4 with d/db = 2; 2c`"),
    _entry("no-second", "Of a block only the value and the first derivatives are stated, so that nothing that passes "
           "through it has a second derivative.",
           "", "", "write a formula in place of the block: c = 2b - 2"),
    _entry("bad-definition", "The word gate begins the definition of a function that is drawn as one gate; = and the "
           "formula must follow.", "gate s(x)", "x=1", "write the definition: `gate s(u) = u^2; s(x)`"),
    _entry("loop", "A loop is for k in 1..3: or repeat 3:, followed by its statements: on the same line up to the "
           "word end, or on deeper lines. Its turns are counted beforehand.",
           "s = 0; repeat 3 s = s + x end; s", "x=1", "write the colon: `s = 0; repeat 3: s = s + x end; s`"),
    # --- what has two readings ---
    _entry("comparison-chain", "A comparison has two sides, and is 1 where it holds and 0 where it does not.",
           "0 < x < 1", "x=0.5", "multiply two of them: `(0 < x)*(x < 1)`"),
    _entry("condition", "A condition is a number, 1 where it holds and 0 where it does not: conditions are joined by "
           "arithmetic, and if(condition, a, b) is a value that depends on one.",
           "if(x > 0 and x < 2, x, 0)", "x=1",
           "multiply them if both must hold: `if((x > 0)*(x < 2), x, 0)`; `if(max(x < 0, x > 2), x, 0)` if one is "
           "enough"),
    _entry("ambiguous-product", "Without a sign it cannot be seen how far a division, an exponent or a root reaches. "
           "gradcli does not guess: write the brackets.", "1/2x", "x=4", "write `1/(2x)`, or `(1/2)*x`"),
    _entry("ambiguous-power", "It cannot be seen what the power belongs to.",
           "√x²", "x=3", "write `√(x²)`, or `(√x)²`"),
    _entry("ambiguous-name", "The name has no value, but can be taken apart into names that have one in several ways.",
           "xyz", "x=1 y=2 z=3 xy=4 yz=5", "write the product you mean: `x*y*z`, `xy*z` or `x*yz`"),
    _entry("call-or-product", "The name is bound to a number and is a function, too: before a bracket it could be a "
           "product or a call.", "sin(x)", "sin=2 x=1", "write the product: `sin*(x)`, or bind another name"),
    _entry("inverse-or-reciprocal", "sin^-1 is the inverse function in some books and 1/sin in others.",
           "sin^-1 x", "x=0.5", "write `asin(x)`, or `1/sin(x)`"),
    _entry("missing-operator", "Behind a value stands a number, without a sign between them: a product, or a power "
           "that has lost its position.", "(x)2", "x=3", "write `x*2`, or `x^2`"),
    _entry("two-factors", "A function without brackets takes one factor: sin 2x is sin(2x), but sin x y could be "
           "sin(xy) or sin(x)y.", "sin x y", "x=1 y=2", "write `sin(x*y)`, or `sin(x)*y`"),
    # --- functions ---
    _entry("unknown-function", "A name before a bracket is a function or has a value; this one is neither.",
           "sigmod(x)", "x=1", "write the name of a function: `sigmoid(x)`"),
    _entry("wrong-count", "The function takes another number of operands; gradcli rules NAME shows how many.",
           "sin(x, y)", "x=1 y=2", "write as many as it takes: `sin(x)`, or `sin(x) + sin(y)`"),
    _entry("function-without-argument", "A function stands without an argument that could be read without brackets.",
           "sin -x", "x=1", "write the brackets: `sin(-x)`"),
    _entry("function-power", "Before the argument of a function only a plain number can be its power: sin^2 x.",
           "sin^n x", "n=3 x=1", "write the power behind the brackets: `sin(x)^n`"),
    # --- values ---
    _entry("no-value", "A variable of the formula has no number. Bind it, or correct its name.",
           "x*y", "x=1", "bind it as well: gradcli eval 'x*y' x=1 y=2; or use what is bound: `x*x`"),
    _entry("bad-binding", "A binding is NAME=VALUE, and the value a number or an expression of numbers.",
           "x^2", "x=two", "write a number: gradcli eval 'x^2' x=2"),
    _entry("bound-twice", "A name has two values. Spellings of one name count as one: beta0, beta_0 and β₀.",
           "β₀^2", "β₀=1 beta_0=2", "keep one of the bindings: gradcli eval 'β₀^2' beta_0=2"),
    _entry("undefined-value", "At this point an operation has no value: a division by 0, the logarithm or the root of "
           "a negative number. The table shows which one.",
           "ln(x)", "x=-1", "choose another point: gradcli eval 'ln(x)' x=1; or mend the formula: `ln(abs(x))`"),
    _entry("bad-point", "A file of values, or a point given from Python, must hold one finite number for each name.",
           "", "", 'write {"x": 4, "y": 3} in a .json file, or x = 4 in a .toml file'),
    _entry("unknown-variable", "A value was given for a name that the compiled formula does not have.",
           "", "", "call it with the names of its variables: f(x=1, y=2)"),
    _entry("unknown-option", "An option of gradcli.evaluate or gradcli.compile has a value that does not exist.",
           "", "", 'gradcli.evaluate("x*y", x=1, y=2, gates="coarse")'),
    _entry("internal", "Something went wrong inside gradcli. The formula is not at fault: please report it.",
           "", "", "gradcli --debug eval ... shows the trace"),
    _entry("unwritable", "The output could not be written: the disk is full, or the file is gone.",
           "", "", "make room, or write to another place"),
    _entry("unknown-wrt", "A derivative was asked for by a name that has no value.",
           "", "", "name bound variables only: gradcli eval 'x*y' x=1 y=2 --wrt x"),
    _entry("unknown-quantity", "A quantity is about names of the formula and parts of it; this is none of them. "
           "gradcli eval --show asks for derivatives, gradcli paths for two nodes, homework for values, local "
           "derivatives, gradients and Jacobians.",
           "", "", "name what the formula has: --show 'df/dx, ∂f/∂q'; gradcli paths 'q = x + y; q*z' x=1 y=2 z=3 "
           "--from x --to q; in homework value q, local q/x, up q, grad x or jac y/x"),
    _entry("no-path", "No path leads from the one node to the other: the second does not depend on the first, or only "
           "through a branch that is not taken. The derivative is 0.",
           "", "", "begin at what it depends on: gradcli paths 'q = x + y; q*z' x=1 y=2 z=3 --from x --to q"),
    _entry("no-parameters", "Nothing says which names may change while a minimum is looked for.",
           "", "", "name them: --wrt w, or name the data, which stay what they are: --data x,y"),
    # --- sizes ---
    _entry("too-large", "Written out, the formula would have too many steps, or gates within gates. A function that "
           "calls another one twice doubles it each time, and so does a loop within a loop.",
           "", "", "name intermediate values: q = s(x); q*q"),
    # --- files, records, the command line ---
    _entry("no-matplotlib", "Pictures of curves are drawn by matplotlib, which is not installed.",
           "", "", "pip install 'gradcli[plot]', or write the numbers to a .csv file"),
    _entry("unreadable-file", "The file is missing, is too large, is no regular file, or is not in UTF-8.",
           "", "", "check its name, and save it as UTF-8"),
    _entry("bad-record", "A line of --jsonl must be one JSON object with a formula and its point.",
           "", "", 'write {"id": 1, "expr": "x*y", "at": {"x": 2, "y": 3}}'),
    # --- homework ---
    _entry("bad-key", "The key of a homework is a TOML file with a table for each problem; something in it is unknown, "
           "is missing, or cannot be solved.",
           "", "", "gradcli check key.toml --worksheet shows what is asked once the key is in order"),
    _entry("bad-answer", "A line of a student's file is an answer (a word, a name, a number), the header of a problem, "
           "or a remark behind #. A line that is none of them costs only itself.",
           "", "", "write grad x = -4, or == p1 above the answers to a problem"),
    _entry("bad-number", "An answer is a number, a fraction, or a vector or matrix of them, with at most 64 characters "
           "a number.",
           "", "", "write -4, 0.02, 2e-2, 1/3 or [1, 2]; write ? to leave it blank"),
    _entry("bad-roster", "A roster is a list of ids, one a line, or a CSV table with a column of ids; no id stands in "
           "it twice.", "", "", "give each student an id of their own"),
    _entry("bad-gradebook", "A grade book is filled in only if it was exported by the platform itself, and if nothing "
           "in it would be refused when it is imported again.",
           "", "", "export the grade book once more, and name the assignment: --assignment 'HW 3'"),
    _entry("unsupported", "What was asked for cannot be done: an export to a language that lacks an operation of the "
           "formula, or a record whose formula is in another notation.",
           "", "", "export to NumPy, which has all operations: gradcli derive 'gamma(x)' --format numpy; write the "
           "formula in gradcli's own notation"),
    _entry("unknown-rule", "There is no operation of this name.", "", "", "gradcli rules lists all of them"),
    _entry("unknown-code", "There is no error of this code.", "", "", "gradcli explain lists all of them"),
    _entry("usage", "The command was called in a way that it does not understand.", "", "",
           "gradcli --help shows the commands, and gradcli eval --help how one is used"),
)  # fmt: skip

CATALOGUE: dict[str, Entry] = {entry.code: entry for entry in _ENTRIES}
"""All errors by their code, in the order in which `gradcli explain` lists them."""
