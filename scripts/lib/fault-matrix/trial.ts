// One case: from the snapshot of its stage a deploy meets the fault; then the same deploy runs again, at most twice.

import { setTimeout as sleep } from "node:timers/promises";
import { KMS } from "@aws-sdk/client-kms";
import { Lambda } from "@aws-sdk/client-lambda";
import { Case, STAGES } from "./chain";
import { clientOf, difference } from "./census";
import { presentIn, Reference, refusal } from "./reference";
import { Outcome, Workshop } from "./workshop";

const RERUNS = 2;

export interface Trial {
  case: Case;
  /** Deploys after the one that met the fault; undefined where it did not converge. */
  reruns?: number;
  /** The fault never met its call. */
  missed?: boolean;
  /** What is not as without the fault. */
  different: string[];
  /** The lines that the tool gave a person to run, and whether all was as without the fault then. */
  lines: string[];
  convergedByLines?: boolean;
  /** The end of what the last deploy printed. */
  output: string;
}

export async function tryCase(workshop: Workshop, reference: Reference, what: Case): Promise<Trial> {
  await workshop.restore(String(what.stage));
  const outcome = await meetFault(workshop, what);
  const trial: Trial = { case: what, missed: outcome.missed, different: [], lines: [], output: "" };
  let last: Outcome = outcome;
  for (let reruns = 0; ; reruns++) {
    trial.output = last.output;
    trial.different = await differences(workshop, reference, what, last);
    if (trial.different.length === 0) return { ...trial, reruns };
    if (reruns === RERUNS) break;
    last = await deployToEnd(workshop, what);
  }
  trial.lines = [...trial.output.matchAll(/^ {2}To delete it: (.+)$/gm)].map(([, line]) => line);
  if (trial.lines.length > 0) {
    for (const line of trial.lines) await workshop.shell(line);
    last = await deployToEnd(workshop, what);
    trial.convergedByLines = (await differences(workshop, reference, what, last)).length === 0;
  }
  return trial;
}

async function meetFault(workshop: Workshop, what: Case): Promise<Outcome & { missed: boolean }> {
  const { operation, number } = what.call;
  const armed = {
    throttle: { operation, fault: "throttle", times: 1_000_000 },
    error: { operation, fault: "error", times: 1_000_000 },
    drop: { operation, fault: "drop", times: 1_000_000 },
    "lose-answer": { operation, fault: "lose-answer" },
    "kill-terraform": { operation, fault: "hold-answer" },
    "kill-operator": { function: "safe-storage-operator", fault: "kill", call: number },
  }[what.fault];
  await workshop.arm(armed);
  await armStop(workshop, what);
  let ended = false;
  let watch: Promise<void> | undefined;
  const outcome = await workshop.deploy((terraform) => {
    terraform.on("close", () => (ended = true));
    if (what.fault === "kill-terraform")
      watch = (async () => {
        while (!ended && (await workshop.struck())[0] === 0) await sleep(250);
        if (!ended) process.kill(-terraform.pid!, "SIGKILL");
        // Only now: the answer must not arrive.
        while (!ended) await sleep(20);
      })();
  });
  await watch;
  const missed = (await workshop.struck())[0] === 0;
  await workshop.endFaults();
  return { ...outcome, missed };
}

/** Where a case ends at the next stage, its beginning is held as in the undisturbed deploy. */
async function armStop(workshop: Workshop, { stage }: Case): Promise<void> {
  if (!STAGES[stage].toTheEnd) await workshop.arm(refusal(STAGES[stage + 1]));
}

async function deployToEnd(workshop: Workshop, what: Case): Promise<Outcome> {
  await armStop(workshop, what);
  const outcome = await workshop.deploy();
  await workshop.endFaults();
  return outcome;
}

async function differences(
  workshop: Workshop,
  reference: Reference,
  { stage }: Case,
  { status, output }: Outcome,
): Promise<string[]> {
  const { toTheEnd } = STAGES[stage];
  if (toTheEnd && status !== 0) return [`the deploy failed: ${lastError(output)}`];
  const wanted = reference.present[toTheEnd ? STAGES.length : stage + 1];
  const different = difference(wanted, await presentIn(workshop));
  if (different.length > 0 || !toTheEnd) return different;
  const plan = await workshop.terraform(["plan", "-detailed-exitcode", "-input=false", "-no-color"]);
  if (plan.status !== 0) return [`the second plan is not empty: ${plan.output.slice(-1500)}`];
  await workshop.endFaults();
  return [...(await keyWorks(workshop)), ...(await adminLogsIn(workshop))];
}

/** A data key that nobody sees: more than that the key's policy leaves to FSx alone. */
async function keyWorks(workshop: Workshop): Promise<string[]> {
  const kms = new KMS(clientOf(workshop.endpoint));
  try {
    const KeyId = workshop.output("key_arn");
    const { CiphertextBlob } = await kms.generateDataKeyWithoutPlaintext({ KeyId, NumberOfBytes: 32 });
    return CiphertextBlob ? [] : ["the key makes no data key"];
  } catch (error) {
    return [`the key does not work: ${(error as Error).message}`];
  }
}

/** `activate` logs in with the password in Secrets Manager, or fails. */
async function adminLogsIn(workshop: Workshop): Promise<string[]> {
  const { FunctionError, Payload } = await new Lambda(clientOf(workshop.endpoint)).invoke({
    FunctionName: workshop.output("operator_function"),
    Payload: Buffer.from(
      JSON.stringify({
        action: "activate",
        clusterId: workshop.output("cluster_id"),
        trustAnchor: workshop.output("trust_anchor"),
        adminSecretArn: workshop.output("admin_secret_arn"),
        passwordLength: "32",
        last: true,
      }),
    ),
  });
  return FunctionError ? [`the admin cannot log in: ${Buffer.from(Payload!).toString()}`] : [];
}

const lastError = (output: string): string =>
  output
    .slice(output.lastIndexOf("Error:"))
    .replace(/[\s│╵╷]+/g, " ")
    .slice(0, 400);
