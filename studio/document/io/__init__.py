"""Files: one module a format behind one table, `studio.document.io.formats`."""
