"""What can go wrong, as one tree.

RelanceError
├── Refused            the caller's data cannot be accepted; retrying changes nothing
│   ├── CellRejected       one cell of the ledger; its message is the owner's remark
│   ├── TemplateRejected   a text that must not be sent as written
│   ├── SettingsRejected   a service's configuration; the process exits with status 2
│   ├── NotOnWhatsApp      the number has no WhatsApp; nobody can be reached there
│   ├── WrongChat          the chat that opened is not proven to be this customer's; nothing was typed
│   │   └── IdentityHidden     the page shows no number for that chat; nobody can tell whose it is
│   ├── AttachmentMissing  what goes with a message cannot be opened; nothing leaves without it
│   ├── MediaRefused       what a customer sent is larger than what is kept
│   └── TextRefused        these words may not be said there now: an approved template is needed; nothing left
├── Unavailable        somebody else is down or slow; the loop or the broker tries again
│   ├── SessionLost        WhatsApp needs a person: pairing, restriction, logout
│   │   └── ComposerMissing    a chat without a place to write: suspected restriction
│   ├── LeaseLost          another process may own the number; nothing more is done here
│   ├── BrowserLost        Chromium hung or died; a new one is started
│   ├── PageStuck          WhatsApp Web did not reach the expected state in time
│   ├── LedgerUnreachable  the workbook cannot be read or written now
│   │   └── LedgerClosed       it will not be before a person acts: access revoked, workbook gone
│   └── VaultClosed        documents cannot be filed safely now; they stay in the spool
└── Broken             a promise of our own code does not hold; somebody must look
"""

from __future__ import annotations


class RelanceError(Exception):
    """Root of every error this product raises on purpose."""


class Refused(RelanceError):
    """The data cannot be accepted as it stands; the message says what to change."""


class CellRejected(Refused):
    """A cell of the ledger cannot be understood. The message is French, for the owner's `Remarque`."""


class TemplateRejected(Refused):
    """A text holds an unknown placeholder, a missing value or leftover braces."""


class SettingsRejected(Refused):
    """Configuration is missing or absurd. One readable sentence; the process exits with status 2."""


class NotOnWhatsApp(Refused):
    """WhatsApp says that this number has no account. Never retried: insisting worsens restrictions."""


class WrongChat(Refused):
    """The chat that opened is not proven to be the customer's. Nothing was typed."""


class IdentityHidden(WrongChat):
    """The open chat shows no number (a username, a privacy id): a person has to look."""


class AttachmentMissing(Refused):
    """What goes with a message is gone, altered, or sealed with a key that is not ours. Nothing was typed."""


class MediaRefused(Refused):
    """A file that a customer sent is too large to be kept; a person has to look at it on the phone."""


class TextRefused(Refused):
    """The transport may not say these words to this person now. Nothing was sent."""


class Unavailable(RelanceError):
    """Something outside is down or slow; trying again later may work."""


class SessionLost(Unavailable):
    """WhatsApp cannot be used on this number until a person acts; the message says how."""


class ComposerMissing(SessionLost):
    """The chat is open and has no place to write: a suspected restriction; the number stops."""


class LeaseLost(Unavailable):
    """The number may belong to another process by now: stop at once, write nothing, click nothing."""


class BrowserLost(Unavailable):
    """The browser does not answer or failed several times in a row; it is closed and started again."""


class PageStuck(Unavailable):
    """WhatsApp Web did not reach the expected state in time; the page may have changed or the host is slow."""


class LedgerUnreachable(Unavailable):
    """The workbook did not answer, or answered that it may not be used.

    `retry_after_s` is how long the other side asked to be left alone; None when it did not say.
    """

    def __init__(self, sentence: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(sentence)
        self.retry_after_s = retry_after_s


class LedgerClosed(LedgerUnreachable):
    """Access was revoked or the workbook is gone: asking again soon is of no use, a person has to act."""


class VaultClosed(Unavailable):
    """The vault refused or could not prove that only the allowed people can read it."""


class Broken(RelanceError):
    """An invariant of the product does not hold."""
