// The users of a deployment's HSMs: what they are, and how what is off is repaired.

import { DeploymentState } from "../app/deployment";
import { askOperator, Event } from "../app/operator";
import { deploymentAt, Where } from "../app/state";
import { confirmed } from "../confirm";
import { Failure, say } from "../failure";

interface Problem {
  user?: string;
  hsm: string;
  problem: string;
}

type Step =
  | { do: "replace"; hsm: string; lacks: string[]; serving: string[] }
  | { do: "finish"; place: string }
  | { do: "repair"; user: string; hsms: string[] };

async function auditOf(where: Where): Promise<{ functionArn: string; event: Event }> {
  const found = new DeploymentState(await deploymentAt(where)).scheduled("audit-users");
  if (!found)
    throw new Failure("the deployment has no UserAudit: give it the setting monitoring, or the construct");
  const { automatic: _, ...event } = found.event;
  return { functionArn: found.functionArn, event: event as Event };
}

export async function audit(given: Where & { json?: boolean }): Promise<void> {
  const { functionArn, event } = await auditOf(given);
  const { users, problems } = await askOperator(functionArn, event);
  if (given.json) console.log(JSON.stringify({ users, problems }, null, 2));
  else for (const { username, role, hsms } of users) console.log(`  ${username}  ${role}  ${hsms.join(" ")}`);
  if (problems.length === 0) return say("the users are the same on every HSM");
  process.exitCode = 1;
  if (given.json) return;
  say("what is off:");
  showProblems(problems);
}

export async function repair(given: Where & { yes?: boolean; hsm?: string }): Promise<void> {
  const { functionArn, event: audited } = await auditOf(given);
  const event: Event = { ...audited, action: "repair-users", ...(given.hsm && { hsm: given.hsm }) };
  const proposed = await askOperator(functionArn, event);
  showProblems(proposed.problems);
  for (const step of proposed.steps) console.log(sentenceOf(step));
  showByHand(proposed.byHand);
  if (proposed.steps.length === 0) {
    say("nothing to do that could be done without a person");
    process.exitCode = proposed.problems.length === 0 ? 0 : 1;
    return;
  }
  const answer = await confirmed(given.yes, "Do it?");
  if (!answer) {
    process.exitCode = answer === undefined ? 0 : 1;
    return;
  }
  const done = await askOperator(functionArn, { ...event, plan: proposed.plan });
  for (const line of done.repaired) console.log(line);
  showByHand(done.byHand);
  process.exitCode = done.problems.length === 0 ? 0 : 1;
}

function showProblems(problems: Problem[]): void {
  for (const { user = "HSM", problem, hsm } of problems) console.log(`  ${user} ${problem} on HSM ${hsm}`);
}

function showByHand(byHand: (Problem & { commands: string[] })[] = []): void {
  for (const { user = "HSM", problem, hsm, commands } of byHand) {
    console.log(`  ${user} ${problem} on HSM ${hsm}. By hand:`);
    for (const command of commands) console.log(`    ${command}`);
  }
}

/** What a step of the plan would do. */
function sentenceOf(step: Step): string {
  if (step.do === "replace")
    return `would replace the HSM at ${step.hsm}, which lacks ${step.lacks.join(", ")}, by a clone; serving meanwhile: ${step.serving.join(", ")}. Where these users should be nowhere, replace the others instead: --hsm ADDRESS`;
  if (step.do === "finish")
    return `would finish a replacement that was cut off, of the HSM at ${step.place.split(" ")[1]}`;
  if (step.user === "kmsuser")
    return "would give kmsuser a new password on every HSM, and the key store that one";
  return `would repair ${step.user} in place, with the password in its secret: on ${step.hsms.join(", ")}`;
}
