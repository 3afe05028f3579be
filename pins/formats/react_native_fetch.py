"""`fetch` of react-native-ssl-pinning: key hashes for OkHttp on Android, else names of certificate files.

Source: RNSslPinningModule.java, OkHttpUtils.java and RNSslPinning.m. iOS takes every certificate of the app's bundle,
whatever the call names.
"""

import re

from pins.decision import Client
from pins.encodings import decode_okio
from pins.formats.code.folding import Open, Words
from pins.formats.code.script_calls import Call
from pins.formats.code.script_parts import Flag, Items, Member, Record, Value
from pins.formats.code.script_values import ScriptFolder
from pins.formats.react_native_rules import Rules, key_problem, list_layout
from pins.pinset import Pin, PinKind, PinRule

ANDROID = Client.REACT_NATIVE_SSL_PINNING_ANDROID.value
IOS = Client.REACT_NATIVE_SSL_PINNING_IOS.value
BUNDLE = "*.cer"
NOT_GIVEN = "certificate_not_given"
_PINNING, _CERTS, _KEYS, _NOTHING = "sslPinning", "certs", "pkPinning", "disableAllSecurity"
_KINDS = {"sha256/": PinKind.SPKI_SHA256, "sha1/": PinKind.SPKI_SHA1}
_ADDRESS = re.compile(r"\s*https?://(?:[^/@?#]*@)?(\[[^\]/?#]*\]|[^/:?#\s]+)")


class FetchReader:
    def __init__(self, rules: Rules, folder: ScriptFolder) -> None:
        self.rules, self.folder = rules, folder

    def read(self, call: Call) -> None:
        offset = self._offset(call.index)
        options = self.folder.fold(call.arguments[1]) if len(call.arguments) > 1 else None
        if isinstance(options, Open) and call.is_known:
            self._address()
            self._leave_open(f"What this fetch pins is not known, because {options.why}.", options.offset)
        if not isinstance(options, Record) or not self._is_meant(options, call):
            return
        self._address()
        if self._is_set(options, _NOTHING) is True:
            what = "disableAllSecurity switches every check off for this call; on iOS any certificate is accepted."
            self.rules.note("security_disabled", f"{what} Remove it.", offset)
            return
        if call.is_conditional:
            what = "Whether this call is made is decided by a condition or a loop when the app runs."
            self.rules.note("conditional_code", what, offset)
        host = self._host(call)
        if host is not None:
            self._pinned(call, options, host)

    def _address(self) -> None:
        self.rules.kinds |= {ANDROID, IOS}

    def _is_meant(self, options: Record, call: Call) -> bool:
        named = {_PINNING, _NOTHING, _KEYS} & options.fields.keys()
        return bool(named) or (call.is_known and bool(options.gaps))

    def _is_set(self, options: Record, name: str) -> bool | None:
        """None where only running tells."""
        field = options.fields.get(name)
        value = self.folder.field(field) if field else Flag(value=False)
        return bool(value.value) if isinstance(value, Flag) else None

    def _host(self, call: Call) -> str | None:
        where = call.arguments[0]
        tokens = self.folder.script.tokens[where.start : where.stop]
        beginning, stop = self.folder.beginning(tokens, where.start)
        found = _ADDRESS.match(beginning)
        if found is not None and (stop is None or found.end() < len(beginning)):
            return found[1]
        why = stop.why if stop else "it is no address"
        self._leave_open(
            f"The host of this fetch is not known, because {why}.", stop.offset if stop else self._offset(where.start)
        )
        return None

    def _pinned(self, call: Call, options: Record, host: str) -> None:
        by_key = self._is_set(options, _KEYS)
        certs = self._certs(options)
        offset = self._offset(call.arguments[0].start)
        if by_key is None:
            self._leave_open(f"Whether {host} is pinned by key or by certificate is not known.", offset)
            return
        if not isinstance(certs, Items):
            why = certs.why if isinstance(certs, Open) else "there is no list of them"
            self._leave_open(f"The pins of {host} are not known, because {why}.", offset)
            return
        if by_key and host.startswith("www."):
            what = (
                f"Android takes www. off the host and pins {host[4:]} alone, so that requests to {host} are not "
                "pinned. Ask for a host without www., or pin otherwise."
            )
            self.rules.note("www_not_pinned", what, offset, scope=ANDROID)
        pins = tuple(self._pin(one, by_key=by_key) for one in certs.members)
        self.rules.add(self._rule(call, host, pins, ANDROID), list_layout(self.rules.text, certs), certs.inner)
        kind = PinKind.SPKI_SHA256 if by_key else PinKind.CERTIFICATE_SHA256
        bundle = Pin(BUNDLE, kind, None, self.rules.text.place(offset), NOT_GIVEN)
        self.rules.add(self._rule(call, host, (bundle,), IOS), None, None)

    def _rule(self, call: Call, host: str, pins: tuple[Pin, ...], scope: str) -> PinRule:
        return PinRule(
            pattern=host,
            place=self.rules.text.place(self._offset(call.arguments[0].start)),
            pins=pins,
            group=self.rules.group,
            is_conditional=call.is_conditional,
            scope=scope,
        )

    def _certs(self, options: Record) -> Value | None:
        field = options.fields.get(_PINNING)
        if field is None:
            return options.gaps[0] if options.gaps else None
        pinning = self.folder.field(field)
        if not isinstance(pinning, Record):
            return pinning
        certs = pinning.fields.get(_CERTS)
        return self.folder.field(certs) if certs else next(iter(pinning.gaps), None)

    def _pin(self, member: Member, *, by_key: bool) -> Pin:
        kind = PinKind.SPKI_SHA256 if by_key else PinKind.CERTIFICATE_SHA256
        if not isinstance(member.value, Words):
            why = member.value.why if isinstance(member.value, Open) else "it is no text"
            return self.rules.unresolved(member, why, kind)
        text, place = member.value.value, self.rules.text.place(member.span.start)
        if not by_key:
            return Pin(text, kind, None, place, NOT_GIVEN)
        prefix = next((one for one in _KINDS if text.startswith(one)), "")
        body = text.removeprefix(prefix)
        digest = decode_okio(body) if prefix else None
        if not prefix:
            what = f"The pin “{text[:100]}” begins neither with sha256/ nor with sha1/, so Android throws an exception."
            self.rules.note("wrong_prefix", what, member.span.start, scope=ANDROID, is_refused=True)
        elif digest is None:
            what = f"The pin “{text[:100]}” is no base64, so that Android throws an exception."
            self.rules.note("not_base64", what, member.span.start, scope=ANDROID, is_refused=True)
        problem = key_problem(text, body, digest) if prefix else "wrong_prefix"
        return Pin(text, _KINDS.get(prefix, kind), digest, place, problem)

    def _leave_open(self, what: str, offset: int) -> None:
        self.rules.leave_open(
            "unresolved_code", f"{what} Write it as a literal or as a constant of the same file.", offset
        )

    def _offset(self, index: int) -> int:
        return self.folder.script.tokens[index].span.start
