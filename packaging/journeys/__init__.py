"""Walks through the window as an artist does, with a picture of each step for the user guide.

A journey is a generator: it works in the window it is given and yields the part of it that is worth
a picture. ``python packaging/journeys OUT [control|subject|words]`` takes all of them.
"""
