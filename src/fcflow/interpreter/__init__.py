"""Steps that start at once: one process loads the libraries, and every step is a fork of it.

A step of the workflow often computes for less time than its imports take (PyTorch alone: three
seconds). Where Snakemake runs steps on this machine, it therefore writes ``client`` before their
commands, which hands them to ``server``; ``start`` starts that. What a step computes is the same
with it, without it (``FCFLOW_PRELOAD=0``) and whatever becomes of it: the server holds libraries
only, none of fcflow's modules, which a step reads from their files, and a command that no server
takes runs as if ``client`` were not there.
"""
