// Whether the roots are pinned by which the first HSM is proven to be real, and are not the local cloud's where this is AWS.

import { X509Certificate } from "node:crypto";
import { Stack } from "../app/stack";
import { Blueprint } from "../review/blueprint";
import { finding, Finding } from "./finding";

const PIN = "get and pin them: docs/security.md, «Roots»; or set identityCheck to false";

/** Of each cluster whose CSR is still to be signed. */
export function checkRoots(blueprint: Blueprint, stack: Stack): Finding[] {
  const unsigned = blueprint
    .of("aws_lambda_invocation")
    .filter((one) => blueprint.actionOf(one).action === "initialize" && !stack.instance(one.address));
  if (unsigned.length === 0) return [];
  const checks = blueprint.of("null_resource").flatMap(({ path, block }) =>
    [block.provisioner ?? []]
      .flat()
      .filter((p: any) => "AWS_ROOT" in (p["local-exec"]?.environment ?? p.environment ?? {}))
      .map((p: any) => ({ path, environment: p["local-exec"]?.environment ?? p.environment })),
  );
  if (checks.length === 0)
    return [
      finding("HSM's roots", "note", "identityCheck is false: nobody proves that the first HSM is real", PIN),
    ];
  return checks.map(({ path, environment }) => {
    const name = `roots of ${path}`;
    const roots = [environment.AWS_ROOT, environment.MANUFACTURER_ROOT].map(certificateIn);
    if (roots.some((root) => root === undefined))
      return finding(name, "bad", "identityCheck has no root certificates", PIN);
    const ofLocalCloud = roots.some((root) => root!.subject.includes("O=Local Cloud"));
    if (ofLocalCloud && !process.env.AWS_ENDPOINT_URL)
      return finding(name, "bad", "they are the local cloud's, and this is AWS", PIN);
    return finding(name, "good", ofLocalCloud ? "pinned, the local cloud's" : "pinned");
  });
}

/** That of PEM lines, as an expression of Terraform's joins them. */
function certificateIn(expression: string): X509Certificate | undefined {
  const base64 = /-----BEGIN CERTIFICATE-----([^-]*)-----END/.exec(expression)?.[1];
  if (base64 === undefined) return undefined;
  return new X509Certificate(Buffer.from(base64.replace(/\\n|[^A-Za-z0-9+/=]/g, ""), "base64"));
}
