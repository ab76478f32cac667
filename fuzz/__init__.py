"""Coverage-guided fuzzing of everything that reads what a stranger may have written.

`targets/` says what is tried, `mutators/` how inputs are changed, `seeds/` where it
begins. Only `guided.py` needs atheris: the seeds are replayed without it.
"""
