/**
 * What is wrong with the pair, in words; undefined where nothing is. With `csrKey`, the CSR's public key as SPKI in DER, also
 * whether the certificate is for that CSR.
 */
export declare function wrongPair(signedPem: string, anchorPem: string, csrKey?: Buffer, now?: Date): string | undefined;
