"""What is done with a graph: the forward pass, the backward pass, and numbers to check them by.

With this room you can run a formula at a point (`evaluate`), run one graph many times (`forward`, `backward`), and
compare each derivative with a difference quotient (`check_numerically`).
"""
