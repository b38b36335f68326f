"""The engine as a child process: messages by pickle over a pipe, arrays by shared memory.

Only ``child`` imports torch, in the child; everything else here is loaded by the window as well.
"""
