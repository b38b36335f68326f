"""One prompt through several models, side by side: requests, measurements and the sheet."""
