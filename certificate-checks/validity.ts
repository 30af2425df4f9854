// Whether a certificate is valid now.

import { X509Certificate } from "node:crypto";

/** What is wrong with the dates of the certificate called `name`, in words; undefined where nothing is. */
export function wrongDates(name: string, certificate: X509Certificate, now: Date): string | undefined {
  if (now < new Date(certificate.validFrom)) return `${name} is valid from ${certificate.validFrom} on only`;
  if (now > new Date(certificate.validTo)) return `${name} has expired on ${certificate.validTo}`;
  return undefined;
}
