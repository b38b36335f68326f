"""What pip and npm print if their index cannot be reached.

Also read by packaging/bootstrap.py, so that this file has to be understood by Python 3.8.
"""

PIP = (
    "name resolution",
    "getaddrinfo failed",
    "nodename nor servname",
    "NewConnectionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ProxyError",
    "Network is unreachable",
    "Connection refused",
    "Connection reset",
    "Connection aborted",
    "RemoteDisconnected",
    "SSLError",
    "CERTIFICATE_VERIFY_FAILED",
    "IncompleteRead",
    # Every index has the versions that are asked for, so an index without them was not reached.
    "(from versions: none)",
)
NPM = (
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "ECONNRESET",
    "ETIMEDOUT",
    "ENETUNREACH",
    "ENOTCACHED",
    "ERR_SOCKET_TIMEOUT",
    "FETCH_ERROR",
    "network timeout",
)
