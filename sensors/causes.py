"""Why a link does not stand: errors and reason codes as a sentence that says what to do."""

import errno
import socket
import ssl
from typing import Final

from paho.mqtt.reasoncodes import ReasonCode

from monitoring.domain.brokers import LinkReport, LinkState

# OpenSSL's x509_vfy.h
_VERIFY: Final = {
    9: "its certificate is not valid yet; check this machine's clock and the certificate",
    10: "its certificate has expired; have it renewed, or check this machine's clock",
    18: "its certificate is signed by itself; name it in ca if it is the right one",
    19: "its certificate is signed by an authority that we don't trust; name that one in ca",
    20: "its certificate is signed by an authority that we don't trust; name that one in ca",
    21: "its certificate is signed by an authority that we don't trust; name that one in ca",
    23: "its certificate was revoked; have a new one made",
    62: "its certificate is for another name; write url with the name in the certificate",
    64: "its certificate is for another address; write url with the name in the certificate",
}
_ALERTS: Final = {
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": "it asks for a certificate of ours; name cert and key",
    "SSLV3_ALERT_HANDSHAKE_FAILURE": "it asks for a certificate of ours or other TLS settings;"
    " name cert and key",
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": "our certificate has expired; have it renewed",
    "SSLV3_ALERT_CERTIFICATE_REVOKED": "our certificate was revoked; have a new one made",
    "SSLV3_ALERT_BAD_CERTIFICATE": "it does not accept our certificate; check cert and key",
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": "it does not accept our certificate; check cert and key",
    "TLSV1_ALERT_UNKNOWN_CA": "it does not trust who signed our certificate; have cert signed by"
    " an authority that the broker knows",
    "TLSV1_ALERT_ACCESS_DENIED": "it denies our certificate access; have it allowed there",
    "WRONG_VERSION_NUMBER": "it speaks no TLS on that port; write mqtt://… or its TLS port",
    "UNSUPPORTED_PROTOCOL": "it speaks only old TLS; have TLS 1.2 or newer switched on there",
    "TLSV1_ALERT_PROTOCOL_VERSION": "it wants another TLS version; have TLS 1.2 or newer"
    " switched on there",
}
_NETWORK: Final = {
    errno.ECONNREFUSED: "nobody listens there; start the broker, or check the port",
    errno.ENETUNREACH: "there is no way to it; check the network",
    errno.EHOSTUNREACH: "there is no way to it; check the network",
    errno.ECONNRESET: "it broke the connection; look into its log",
    errno.EPIPE: "it broke the connection; look into its log",
}
# MQTT 5, 2.4; paho turns the return codes of 3.1.1 into these.
_LOGIN: Final = "it does not let us in; check user and password, and that the account may connect"
_SHARED: Final = "another program seems to use our client id; give each a client_id of its own"
_REASONS: Final = {
    0x84: (LinkState.REFUSED, "it speaks neither MQTT 5 nor 3.1.1; use another broker"),
    0x85: (LinkState.REFUSED, "it does not accept our client id; choose another client_id"),
    0x86: (LinkState.REFUSED, _LOGIN),
    0x87: (LinkState.REFUSED, _LOGIN),
    0x88: (LinkState.DOWN, "it is not ready; trying again"),
    0x89: (LinkState.DOWN, "it is busy; trying again"),
    0x8A: (LinkState.REFUSED, "it has banned us; have the client id allowed there"),
    0x8B: (LinkState.DOWN, "it is shutting down; trying again"),
    0x8C: (LinkState.REFUSED, "it wants another way to sign in than user and password"),
    0x8D: (LinkState.DOWN, "it did not hear us in time; check the network"),
    0x8E: (LinkState.REFUSED, _SHARED),
    0x97: (LinkState.REFUSED, "a quota of our account is used up; have it raised there"),
    0x98: (LinkState.REFUSED, "its operator has ended the connection; ask there"),
    0x9F: (LinkState.REFUSED, "we connect too often for it; ask its operator"),
}
SHARED: Final = LinkReport(LinkState.REFUSED, _SHARED)
HUNG_UP: Final = "it hung up without an answer; if that port speaks TLS write mqtts://…"
HUNG_UP_TLS: Final = (
    "it hung up without an answer; check that this port speaks TLS, and whether it asks for a"
    " certificate of ours (cert and key)"
)


def of_error(error: OSError) -> LinkReport:
    """What an error of the network or of TLS means."""
    match error:
        case ssl.SSLCertVerificationError():
            text = _VERIFY.get(error.verify_code, f"its certificate fails: {error.verify_message}")
            return LinkReport(LinkState.REFUSED, text)
        case ssl.SSLError(reason=str(reason)) if reason in _ALERTS:
            return LinkReport(LinkState.REFUSED, _ALERTS[reason])
        case socket.gaierror():
            return LinkReport(LinkState.DOWN, "its name is not known; check url and name server")
        case TimeoutError():
            return LinkReport(LinkState.DOWN, "it does not answer; check network and firewall")
    text = _NETWORK.get(error.errno or 0, f"the connection failed ({error}); trying again")
    return LinkReport(LinkState.DOWN, text)


def of_reason(reason: ReasonCode) -> LinkReport:
    """What a broker's refusal or farewell means."""
    unknown = (LinkState.DOWN, f"it ended the connection ({reason}); trying again")
    return LinkReport(*_REASONS.get(reason.value, unknown))
