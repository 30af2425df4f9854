"use strict";
// Would InitializeCluster take this certificate and this trust anchor? By node:crypto alone, so that constructs can ask too.
Object.defineProperty(exports, "__esModule", { value: true });
exports.wrongPair = wrongPair;
const node_crypto_1 = require("node:crypto");
const validity_1 = require("./validity");
/** "Length Constraints: Maximum length of 5000": InitializeCluster, AWS CloudHSM API Reference. */
const MAX_LENGTH = 5000;
/**
 * What is wrong with the pair, in words; undefined where nothing is. With `csrKey`, the CSR's public key as SPKI in DER, also
 * whether the certificate is for that CSR.
 */
function wrongPair(signedPem, anchorPem, csrKey, now = new Date()) {
    const read = (name, pem) => {
        if (pem.length > MAX_LENGTH)
            return `${name} has ${pem.length} characters; AWS takes ${MAX_LENGTH}`;
        try {
            return new node_crypto_1.X509Certificate(pem);
        }
        catch {
            return `${name} is no certificate in PEM`;
        }
    };
    const signed = read("the signed certificate", signedPem);
    if (typeof signed === "string")
        return signed;
    const anchor = read("the trust anchor", anchorPem);
    if (typeof anchor === "string")
        return anchor;
    for (const [name, certificate] of [
        ["the signed certificate", signed],
        ["the trust anchor", anchor],
    ]) {
        const wrong = (0, validity_1.wrongDates)(name, certificate, now);
        if (wrong)
            return wrong;
    }
    if (anchor.subject !== anchor.issuer || !anchor.verify(anchor.publicKey))
        return "the trust anchor is not self-signed: AWS takes the root that has signed the certificate itself, no chain";
    if (!anchor.ca)
        return "the trust anchor is not a CA's certificate";
    if (signed.issuer !== anchor.subject || !signed.verify(anchor.publicKey))
        return "the trust anchor has not signed the certificate";
    if (csrKey && !csrKey.equals(signed.publicKey.export({ type: "spki", format: "der" })))
        return "the signed certificate has another public key than the cluster's CSR";
    return undefined;
}
//# sourceMappingURL=signed-pair.js.map