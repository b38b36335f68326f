"""Downloads of large files over HTTP, on the artist's command only.

``http_get`` makes one request, ``state`` stores how far a download is, ``resumable`` uses both for
a whole file. No module opens a connection unless ``resumable.download`` is called.
"""
