import { confirmedIf, refusalOf, type Claim } from "../claim";
import { connect, whileDisconnected } from "../key-store";

export default {
  text: "The rules of a cluster's security group may be made again by hand: TCP 2223-2225 from and to itself",
  source:
    "«Reconfigure the default security group», CloudHSM User Guide; CloudHsmClusterInvalidConfigurationException, KMS API Reference",
  byHand: "revoke both rules, `safe-storage deploy`, `aws kms connect-custom-key-store`",
  cost: "hsms",
  check: async (trial) => {
    const { ec2 } = trial;
    const GroupId = (await trial.cluster()).SecurityGroup!;
    const IpPermissions = [
      { IpProtocol: "tcp", FromPort: 2223, ToPort: 2225, UserIdGroupPairs: [{ GroupId }] },
    ];
    const connected = await refusalOf(
      whileDisconnected(trial, async () => {
        await ec2.revokeSecurityGroupIngress({ GroupId, IpPermissions });
        await ec2.revokeSecurityGroupEgress({ GroupId, IpPermissions });
        await ec2.authorizeSecurityGroupIngress({ GroupId, IpPermissions });
        await ec2.authorizeSecurityGroupEgress({ GroupId, IpPermissions });
      }),
    );
    // What was refused for a moment only must not leave the trial without its store.
    if (connected !== undefined) await refusalOf(connect(trial));
    return confirmedIf(connected === undefined, connected ?? "the key store connected with the new rules");
  },
} satisfies Claim;
