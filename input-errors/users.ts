// Bad input of the HSM users and their audit, and the error for each.

import { CertificateAuthority, HsmCluster, HsmUsers, UserAudit } from "../constructs";
import { AWS, AWS_FREE, each, is, NAMES, network, operator, Subject } from "./shared";

const USER_NAME = "a user's name: at most 31 small letters, digits and underscores";

export const usersErrors: Record<string, Subject> = {
  HsmUsersProps: {
    make: (stack, changes) => {
      const here = operator(stack);
      const signer = new CertificateAuthority(stack, "ca");
      const cluster = new HsmCluster(stack, "cluster", { network: network(stack), operator: here, signer });
      return new HsmUsers(stack, "it", { cluster, operator: here, users: {}, ...changes });
    },
    free: { ...AWS_FREE, operator: "a construct" },
    wrong: {
      ...AWS,
      cluster: [
        [
          { clusterId: "cluster-abcdefghijk" },
          is("cluster", "cluster-abcdefghijk", "one that was given with the secret of an admin"),
        ],
      ],
      users: [
        ...["App", "my-app", "a".repeat(32)].map((name): [unknown, string] => [
          { [name]: {} },
          is(`users.${name}`, name, USER_NAME),
        ]),
        [{ kmsuser: {} }, is("users.kmsuser", "kmsuser", "another name: this user is the cluster's own")],
        [{ app: { pasword: "x" } }, is("users.app", "pasword", "one of role, passwordVersion, adopt")],
      ],
      passwordLength: each("passwordLength", "a whole number of characters between 7 and 32", 6, 33),
      deleteKeysOfRemovedUsers: each("deleteKeysOfRemovedUsers", "true or false", "false"),
    },
  },
  HsmUserProps: {
    make: (stack, changes) => {
      const here = operator(stack);
      const signer = new CertificateAuthority(stack, "ca");
      const cluster = new HsmCluster(stack, "cluster", { network: network(stack), operator: here, signer });
      return new HsmUsers(stack, "it", { cluster, operator: here, users: { app: changes } });
    },
    wrong: {
      role: each("users.app.role", "crypto-user or admin", "co"),
      passwordVersion: each(
        "users.app.passwordVersion",
        "a whole number of versions between 1 and 999999",
        0,
        1.5,
      ),
      adopt: each("users.app.adopt", "true or false", "false"),
    },
  },
  UserAuditProps: {
    make: (stack, changes) => {
      const here = operator(stack);
      const signer = new CertificateAuthority(stack, "ca");
      const cluster = new HsmCluster(stack, "cluster", { network: network(stack), operator: here, signer });
      return new UserAudit(stack, "it", { cluster, operator: here, ...changes });
    },
    free: {
      ...AWS_FREE,
      cluster: "a construct",
      operator: "a construct",
      notifications: "a construct",
      users: "a construct",
    },
    wrong: {
      ...NAMES,
      ...AWS,
      admins: [[["second", "x y"], is("admins[1]", "x y", USER_NAME)]],
      automaticRepair: each("automaticRepair", "true or false", "false"),
      everyHours: each("everyHours", "a whole number of hours between 1 and 168", 0, 169),
    },
  },
};
