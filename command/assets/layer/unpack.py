"""unpack.py FILE FOLDER NAME [KEY]: unpacks an RPM or a Debian package, without root; anything else is the program NAME.

An RPM that KEY (ASCII-armoured) has not signed is refused with status 1.
"""

import shutil
import sys
from pathlib import Path

from debian.debfile import DebFile  # Debian's own reader of .deb
from rpm_rs import Package, Verifier  # the RPM project's own, for machines without rpm


def unpack(file: str, folder: str, name: str, key: str | None = None) -> None:
    with open(file, "rb") as opened:
        magic = opened.read(7)
    if magic.startswith(b"\xed\xab\xee\xdb"):
        package = Package.open(file)
        if key and (reason := refusal(package, key)):
            sys.exit(f"{name} is refused: {reason}")
        package.extract(folder)
    elif key:
        sys.exit(f"{name} is refused: it is no RPM, so {key} cannot have signed it")
    elif magic == b"!<arch>":
        DebFile(file).data.tgz().extractall(folder, filter="data")
    else:
        program = Path(folder, "usr/bin", name)
        program.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, program)
        program.chmod(0o755)


def refusal(package: Package, key: str) -> str | None:
    report = package.check_signatures(Verifier.from_file(key))
    if report.is_ok():
        return None
    if not report.signatures:
        return "it is not signed"
    signers = ", ".join(str(s.info.fingerprint or s.info.key_id) for s in report.signatures)
    return f"its signature, by {signers}, is not good by {key}: {report.signatures[0].error or report.digests}"


unpack(*sys.argv[1:])
