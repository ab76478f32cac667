"""Logs of real trainings, right ones and wrong ones, for `kerascheck explain`."""
