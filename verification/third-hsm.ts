// A third HSM, which the operator makes and deletes; several claims are about it, and HSMs are paid for by the hour.

import { refusalOf } from "./claim";
import { oncePerTrial } from "./once-per-trial";
import { ADMIN, Trial } from "./trial";
import { createUser, deleteUser } from "./users";

const USER = "verify_joining";
const MINUTES = 30;

export interface ThirdHsm {
  readonly address: string;
  /** What the operator was refused when it made it and when it deleted it. */
  readonly creation?: string;
  readonly deletion?: string;
  /** On how many HSMs a user was who was made before it: `full`, or else. */
  readonly coverage: string;
  /** What another one at its address was refused with, as soon as it was gone. */
  readonly again?: string;
}

/** Makes it, looks, and deletes it; once for a trial. */
export const thirdHsm = oncePerTrial(observe);

async function observe(trial: Trial): Promise<ThirdHsm> {
  const { cloudHsm, outputs } = trial;
  const clusterId = outputs.cluster_id;
  const first = (await trial.cluster()).Hsms!.map(({ AvailabilityZone, EniIp }) => ({
    availabilityZone: AvailabilityZone!,
    ipAddress: EniIp!,
  }));
  // The last address of the range that the network keeps for HSMs.
  const address = first[0].ipAddress.replace(/\d+$/, (last) => String(Number(last) | 7));
  const at = async () => (await trial.cluster()).Hsms!.find(({ EniIp }) => EniIp === address);
  await trial.cli([{ ...createUser(USER), login: ADMIN }]);
  let again: string | undefined;
  try {
    const hsms = [...first, { ...first[0], ipAddress: address }];
    const creation = await refusalOf(trial.operator({ action: "ensure-hsms", clusterId, hsms }));
    if (creation !== undefined) return { address, creation, coverage: "" };
    const [{ data }] = await trial.cli([{ args: ["user", "list"] }]);
    const user = data.users.find(({ username }: { username: string }) => username === USER);
    const hsmRecordArn = outputs.hsm_record_arn;
    const deletion = await refusalOf(
      trial.operator({ action: "delete-hsm", clusterId, ipAddress: address, hsmRecordArn }),
    );
    if (deletion === undefined)
      again = await refusalOf(
        cloudHsm.createHsm({
          ClusterId: clusterId,
          AvailabilityZone: first[0].availabilityZone,
          IpAddress: address,
        }),
      );
    return { address, deletion, coverage: user?.["cluster-coverage"] ?? "not there", again };
  } finally {
    const left = await at();
    if (left) {
      await trial.until("the third HSM is made", MINUTES, async () => (await at())?.State === "ACTIVE");
      await cloudHsm.deleteHsm({ ClusterId: clusterId, HsmId: left.HsmId });
      await trial.until("the third HSM is deleted", MINUTES, async () => (await at()) === undefined);
    }
    await trial.cli([{ ...deleteUser(USER), login: ADMIN }]);
  }
}
