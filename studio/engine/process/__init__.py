"""Runs the engine in a child process: messages as pickles over a pipe, arrays in shared memory.

Only ``child`` imports torch, in the child process; the other modules are also loaded by the window.
"""
