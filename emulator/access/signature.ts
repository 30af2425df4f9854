// The check of a SigV4 signature: AWS's own library signs the request again, and the two must be the same.

import { createHash } from "node:crypto";
import { Sha256 } from "@aws-crypto/sha256-js"; // the hash that the signer wants
import { SignatureV4 } from "@smithy/signature-v4"; // AWS's signer, of the SDK for JavaScript
import { FastifyRequest } from "fastify";
import { AwsError } from "../core/errors";
import { Signature } from "../http/protocol";
import { Issued } from "./credentials";

/** "within five minutes": «Signature Version 4 request expiration», AWS General Reference. */
const MAX_SKEW_MS = 5 * 60 * 1000;

export async function checkSignature(
  request: FastifyRequest,
  scope: Signature,
  issued: Issued,
): Promise<void> {
  const { authorization = "", host = "" } = request.headers;
  const signedHeaders = /SignedHeaders=([^,\s]+)/.exec(authorization)?.[1].split(";") ?? [];
  const given = /Signature=([0-9a-f]+)/.exec(authorization)?.[1];
  const date = parseDate(String(request.headers["x-amz-date"] ?? ""));
  if (!date || Math.abs(date.getTime() - Date.now()) > MAX_SKEW_MS)
    throw new AwsError("InvalidSignatureException", "Signature expired or without a valid x-amz-date.", 403);
  if (request.headers["x-amz-security-token"] !== issued.sessionToken)
    throw new AwsError(
      "UnrecognizedClientException",
      "The security token included in the request is invalid.",
      403,
    );
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  // The signature covers this header's hash, not the body: so the two must be the same.
  const hash = request.headers["x-amz-content-sha256"];
  if (
    hash !== undefined &&
    hash !== "UNSIGNED-PAYLOAD" &&
    hash !== createHash("sha256").update(body).digest("hex")
  )
    throw mismatch();
  const [path, query = ""] = request.url.split("?");
  const signer = new SignatureV4({
    service: scope.service,
    region: scope.region,
    credentials: { accessKeyId: scope.accessKeyId, secretAccessKey: issued.secretAccessKey },
    sha256: Sha256,
    applyChecksum: false,
    uriEscapePath: scope.service !== "s3",
  });
  const headers = Object.fromEntries(
    signedHeaders.map((name) => [name, String(request.headers[name] ?? "")]),
  );
  const signed = await signer.sign(
    {
      method: request.method,
      protocol: "http:",
      hostname: host,
      path,
      query: queryOf(query),
      headers,
      body,
    },
    { signingDate: date, signableHeaders: new Set(signedHeaders) },
  );
  if (/Signature=([0-9a-f]+)/.exec(signed.headers.authorization)?.[1] !== given) throw mismatch();
}

const mismatch = () =>
  new AwsError(
    "InvalidSignatureException",
    "The request signature we calculated does not match the signature you provided. " +
      "Check your AWS Secret Access Key and signing method.",
    403,
  );

function parseDate(text: string): Date | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  return parts ? new Date(`${parts.slice(1, 4).join("-")}T${parts.slice(4).join(":")}Z`) : undefined;
}

function queryOf(text: string): Record<string, string | string[]> {
  const query: Record<string, string[]> = {};
  for (const [name, value] of new URLSearchParams(text)) (query[name] ??= []).push(value);
  return query;
}
