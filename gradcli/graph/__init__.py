"""The computational graph: how a formula becomes one, and in which gates.

With this room you can read a formula (`read`), build its graph in one of the gate sets (`build`), and read the point
at which it is to be evaluated (`point`).
"""
