"""Models in memory: what compiles them, what `fit` receives, programs that are run."""
