import { X509Certificate } from "node:crypto";
/** What is wrong with the dates of the certificate called `name`, in words; undefined where nothing is. */
export declare function wrongDates(name: string, certificate: X509Certificate, now: Date): string | undefined;
