// UserAudit: when it looks, and what it repairs.

import { watched, scheduledEvent } from "./monitored";

test("users are audited daily and after HSMs have changed; nothing is repaired unless `automaticRepair` is set", () => {
  const stack = watched(
    { userAudit: { admins: ["second"] } },
    { hsmUsers: { users: { app: {}, boss: { role: "admin" } } } },
  );
  for (const name of ["audit", "changes"]) {
    expect(scheduledEvent(stack, name)).toContain('"declared" = {"app" = "crypto-user", "boss" = "admin"}');
    expect(scheduledEvent(stack, name)).toMatch(
      /"userSecrets" = \{"app" = aws_secretsmanager_secret\.\w+user-app\S+\.arn, "boss" = /,
    );
    expect(scheduledEvent(stack, name)).not.toContain("automatic");
  }
  expect(scheduledEvent(stack, "changes")).toContain("changedOnly");
  expect(scheduledEvent(stack, "audit")).not.toContain("changedOnly");
  expect(scheduledEvent(watched({ userAudit: { automaticRepair: true } }), "audit")).toContain("automatic");
});
