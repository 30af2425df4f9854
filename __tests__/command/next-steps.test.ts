// What a deploy says at its end: the outputs, and what a person does next.

import { Stack } from "../../command/app/stack";
import { conclusionOf } from "../../command/deploy/next-steps";
import { stripVTControlCharacters } from "node:util";

/** A stack with these resources in its state. */
const stackWith = (state: Record<string, object>, stateFile?: string): Stack =>
  ({
    stateFile,
    addresses: (type: string) => Object.keys(state).filter((address) => address.startsWith(`${type}.`)),
    instance: (address: string) => ({ tainted: false, attributes: state[address] }),
  }) as unknown as Stack;
const said = (...args: Parameters<typeof conclusionOf>) => stripVTControlCharacters(conclusionOf(...args));

test("outputs are shown as Terraform shows them, and no sensitive one", () => {
  const outputs = {
    cluster_id: { sensitive: false, value: "cluster-a" },
    trust_anchor: { sensitive: false, value: "-----BEGIN\nMII\n" },
    password: { sensitive: true, value: "secret" },
  };
  expect(said(outputs, stackWith({}), false)).toBe(
    [
      "",
      "Outputs",
      '  cluster_id = "cluster-a"',
      "  trust_anchor = <<EOT",
      "  -----BEGIN",
      "  MII",
      "  EOT",
      "  password = <sensitive>",
      "",
      "What to do next",
      "  - See the whole of it: safe-storage status",
    ].join("\n"),
  );
});

test("how to mount, whose e-mail is not confirmed, and where the CA's private key is", () => {
  const outputs = { mount_commands: { sensitive: false, value: { "files/data": "sudo mount …" } } };
  const state = {
    "aws_sns_topic_subscription.ops": { endpoint: "ops@example.com", pending_confirmation: true },
    "aws_sns_topic_subscription.ciso": { endpoint: "ciso@example.com", pending_confirmation: false },
    "tls_private_key.ca": {},
  };
  const text = said(outputs, stackWith(state, "/app/terraform.tfstate"), true);
  expect(text).toContain("Mount it on a client that may (docs/guides/storage.md): sudo mount …");
  expect(text).toContain("Confirm AWS's e-mail, or these are not notified: ops@example.com\n");
  expect(text).toContain("Keep /app/terraform.tfstate safe, it has the CA's private key");
  expect(text).toContain("rehearse its loss: safe-storage drill");
});

test("a change of what was there says less", () => {
  const text = said({}, stackWith({ "tls_private_key.ca": {} }, "/app/terraform.tfstate"), false);
  expect(text).toBe("\nWhat to do next\n  - See the whole of it: safe-storage status");
});
