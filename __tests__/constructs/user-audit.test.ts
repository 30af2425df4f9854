// UserAudit: when it looks, and what it repairs.

import { SafeStorageProps } from "../../constructs";
import { safeStorage, Synthesized } from "../../scripts/lib/synthesize";

const TOPIC = "arn:aws:sns:eu-central-1:111122223333:on-call";

const watched = (monitoring: SafeStorageProps["monitoring"] = {}, more: Partial<SafeStorageProps> = {}) =>
  safeStorage({ monitoring: { topicArn: TOPIC, ...monitoring }, ...more });

const scheduled = (stack: Synthesized, name: string): string =>
  stack.resources("aws_scheduler_schedule").find((s) => s.name === name)!.target.input;

test("users are audited daily and after HSMs have changed; nothing is repaired unless `automaticRepair` is set", () => {
  const stack = watched(
    { userAudit: { admins: ["second"] } },
    { hsmUsers: { users: { app: {}, boss: { role: "admin" } } } },
  );
  for (const name of ["audit", "changes"]) {
    expect(scheduled(stack, name)).toContain('"declared" = {"app" = "crypto-user", "boss" = "admin"}');
    expect(scheduled(stack, name)).toMatch(
      /"userSecrets" = \{"app" = aws_secretsmanager_secret\.\w+user-app\S+\.arn, "boss" = /,
    );
    expect(scheduled(stack, name)).not.toContain("automatic");
  }
  expect(scheduled(stack, "changes")).toContain("changedOnly");
  expect(scheduled(stack, "audit")).not.toContain("changedOnly");
  expect(scheduled(watched({ userAudit: { automaticRepair: true } }), "audit")).toContain("automatic");
});
