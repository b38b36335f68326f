"""Reads and writes files: one module per format behind one table, `studio.document.io.formats`."""
