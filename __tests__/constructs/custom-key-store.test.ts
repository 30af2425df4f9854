// CustomKeyStore: what it waits for, and stores that exist.

import { CustomKeyStore } from "../../constructs";
import { Synthesized, safeStorage } from "../../scripts/lib/synthesize";

test("an id that is no key store's is refused", () => {
  expect(
    () => new Synthesized((scope) => void CustomKeyStore.fromExisting(scope, "store", "my-store")),
  ).toThrow('test: store.customKeyStoreId is "my-store"; it must be cks- and hexadecimal digits');
});

const stack = safeStorage();

const at = (...parts: string[]) => stack.address(...parts);

test("the key store waits for each HSM's guard: a destroy takes the store first, and asks for no HSM of one that stays", () => {
  const before = stack.waitsFor(at("aws_kms_custom_key_store."));
  const guards = [...before].filter((a) => /aws_lambda_invocation.*release-hsm/.test(a));
  expect(guards).toHaveLength(stack.resources("aws_cloudhsm_v2_hsm").length);
});
