// HsmUsers: when a user is made, and where its password is.

import { watched } from "./monitored";

test("a user is made when all HSMs are there, and its password is in no input and no output", () => {
  const stack = watched({}, { hsmUsers: { users: { app: { passwordVersion: 3 } } } });
  // In two: of an update that fails Terraform forgets under CRUD that it has to be done, hashicorp/terraform-provider-aws#43447.
  const made = stack.resource("aws_lambda_invocation", "user-app-1");
  expect(made).toMatchObject({
    lifecycle_scope: "CREATE_ONLY",
    input: expect.stringMatching(/"action" = "ensure-user".*"passwordVersion" = "3"/),
  });
  const guard = stack.resource("aws_lambda_invocation", "user-app_");
  expect(guard).toMatchObject({
    lifecycle_scope: "CRUD",
    input: expect.stringMatching(
      /"action" = "ensure-user".*"onUpdate" = "nothing", "onDelete" = "remove-user"/,
    ),
  });
  // A user of somebody else's, whom the deploy has refused, is not removed by a destroy.
  const address = stack.address("aws_lambda_invocation.", "user-app-1");
  expect(stack.graph()[stack.address("aws_lambda_invocation.", "user-app_")]).toContain(address);
  const waits = stack.waitsFor(address);
  expect([...waits].filter((a) => a.startsWith("aws_cloudhsm_v2_hsm."))).toHaveLength(2);
  for (const { input } of [made, guard]) expect(input).not.toMatch(/secret_string|"password"/);
  expect(stack.resource("aws_secretsmanager_secret", "user-app").kms_key_id).toContain("encryption-key");
});
