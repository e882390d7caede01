"""Steps that start at once: one interpreter loads the libraries, and every step is a fork of it.

A step of the workflow often computes for less time than its imports take (PyTorch alone: three
seconds). On one machine, Snakemake therefore starts steps through ``client``, which hands them to
``server``; where no server answers, a step is an ordinary process. What a step computes is the same
either way: the server holds libraries only, none of fcflow's modules, which each step reads from
their files.
"""
