// Bad input of the key store and its keys, and the error for each.

import { CustomKeyStore, HsmCluster, HsmKey } from "../constructs";
import { AWS, AWS_FREE, each, keyStore, NAMES, operator, PEM, POLICY, secretArn, Subject } from "./shared";

export const keyStoreErrors: Record<string, Subject> = {
  CustomKeyStoreProps: {
    make: (stack, changes) => {
      const operates = operator(stack);
      const cluster = HsmCluster.fromExisting(stack, "cluster", {
        operator: operates,
        clusterId: "cluster-abcdefghijk",
        adminSecretArn: secretArn,
        trustAnchor: PEM,
      });
      return new CustomKeyStore(stack, "it", { cluster, operator: operates, ...changes });
    },
    free: { ...AWS_FREE, cluster: "a construct", operator: "a construct" },
    wrong: {
      ...AWS,
      system: NAMES.system,
      purpose: NAMES.purpose,
      name: each(
        "name",
        "1 to 256 characters without control characters and without a space at either end",
        "",
        " store",
        "a\nb",
        [null],
        "x".repeat(257),
      ),
      deletionPolicy: each("deletionPolicy", "one of disconnect, retain, delete", "keep"),
    },
  },
  HsmKeyProps: {
    make: (stack, changes) => new HsmKey(stack, "it", { keyStore, alias: "files", ...changes }),
    free: { ...AWS_FREE, keyStore: "a construct" },
    wrong: {
      ...AWS,
      ...POLICY,
      alias: each(
        "alias",
        "1 to 250 letters, digits, /, _ and -, without the prefix alias/ and not beginning with aws/",
        "",
        "alias/files",
        "aws/files",
        "my files",
      ),
      description: each("description", "a text of at most 8,192 characters", "x".repeat(8193)),
      services: each(
        "services",
        'a list of services by their names in kms:ViaService, such as ["fsx"]',
        "fsx",
        ["Amazon FSx"],
      ),
      policy: each("policy", "a policy document in JSON", "allow everybody"),
      deletionWindowInDays: each(
        "deletionWindowInDays",
        "a whole number of days between 7 and 30",
        6,
        31,
        "30",
      ),
    },
  },
};
