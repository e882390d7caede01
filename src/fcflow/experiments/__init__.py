"""The experiments, a folder each: keys, steps by stage, tables, figures and claims."""
