"""Alamofire's PinnedCertificatesTrustEvaluator with its defaults: validation, host name, then whole certificates."""

from pins.device import Device
from pins.hosts import SuffixList
from pins.pinset import PinRule, PinSet
from pins.rules.answer import Policy
from pins.rules.bundled import APPLE, certificates_in, files
from pins.rules.compared import compared_certificates
from pins.rules.evaluators import NoneFound, evaluators


def load(pin_set: PinSet, device: Device, suffixes: SuffixList) -> Policy:
    return evaluators(pin_set, _evaluator)


def _evaluator(rule: PinRule) -> Policy:
    found = files(certificates_in([rule]), APPLE)  # ServerTrustEvaluation.swift, Bundle: the rest is skipped
    if not found.read:
        return NoneFound(found.passed_over)
    return compared_certificates(found.read, found.passed_over, ignores_chain=rule.ignores_chain)
