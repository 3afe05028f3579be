"""Whether a source builds Ktor's pinner for its Darwin engine or OkHttp's: one syntax, two effects."""

from pins.formats.code.structure import Source


def is_ktor(source: Source) -> bool:
    """By the import of the pinner; a piece without one by what only Ktor has."""
    imported = _package_of_pinner(source)
    if imported:
        return imported[:2] == ["io", "ktor"]
    return any(source.is_mark(at + 1, "(") for at in source.positions.get("handleChallenge", ()))


def _package_of_pinner(source: Source) -> list[str]:
    """The names before `CertificatePinner` in its import, or those of an import of the whole package of Ktor's."""
    for start in source.positions.get("import", ()):
        names, at = list[str](), start + 1
        while source.is_any_name(at) and (not names or source.is_mark(at - 1, ".")):
            names.append(source.tokens[at].text)
            at += 2
        if "CertificatePinner" in names or names[-2:] == ["darwin", "certificates"]:
            return names
    return []
