"use strict";
// Whether a certificate is valid now.
Object.defineProperty(exports, "__esModule", { value: true });
exports.wrongDates = wrongDates;
/** What is wrong with the dates of the certificate called `name`, in words; undefined where nothing is. */
function wrongDates(name, certificate, now) {
    if (now < new Date(certificate.validFrom))
        return `${name} is valid from ${certificate.validFrom} on only`;
    if (now > new Date(certificate.validTo))
        return `${name} has expired on ${certificate.validTo}`;
    return undefined;
}
//# sourceMappingURL=validity.js.map