// What a deploy has made, and what a person does next.

import { Stack } from "../app/stack";
import { pc } from "../status/show";
import { Output } from "./messages";

/** As Terraform shows an output. */
function shown({ sensitive, value }: Output): string {
  if (sensitive) return "<sensitive>";
  const text =
    typeof value === "string" && value.includes("\n")
      ? `<<EOT\n${value.trimEnd()}\nEOT`
      : JSON.stringify(value, null, 2);
  return text.replaceAll("\n", "\n  ");
}

/** @param fresh whether it has made a part that takes time, rather than changed what was there. */
export function conclusionOf(outputs: Record<string, Output>, stack: Stack, fresh: boolean): string {
  const lines = Object.entries(outputs).map(([name, output]) => `  ${name} = ${shown(output)}`);
  const steps = nextSteps(outputs, stack, fresh).map((step) => `  - ${step}`);
  return [
    ...(lines.length > 0 ? ["", pc.bold("Outputs"), ...lines] : []),
    "",
    pc.bold("What to do next"),
    ...steps,
  ].join("\n");
}

function nextSteps(outputs: Record<string, Output>, stack: Stack, fresh: boolean): string[] {
  const steps = ["See the whole of it: safe-storage status"];
  const mounts = outputs.mount_commands?.value;
  const [mount] = mounts && typeof mounts === "object" ? Object.values(mounts as Record<string, string>) : [];
  if (mount) steps.push(`Mount it on a client that may (docs/guides/storage.md): ${mount}`);
  const unconfirmed = stack
    .addresses("aws_sns_topic_subscription")
    .map((address) => stack.instance(address)?.attributes)
    .filter((attributes) => attributes?.pending_confirmation === true)
    .map((attributes) => String(attributes!.endpoint));
  if (unconfirmed.length > 0)
    steps.push(`Confirm AWS's e-mail, or these are not notified: ${[...new Set(unconfirmed)].join(", ")}`);
  if (fresh && stack.stateFile && stack.addresses("tls_private_key").length > 0)
    steps.push(
      `Keep ${stack.stateFile} safe, it has the CA's private key; for more than a trial, keep the state in S3 (docs/security.md)`,
    );
  if (fresh) steps.push("Before people depend on it, rehearse its loss: safe-storage drill");
  return steps;
}
