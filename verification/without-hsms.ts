// The trial's cluster without any HSM, for a moment.

import { refusalOf } from "./claim";
import { connect } from "./key-store";
import { oncePerTrial } from "./once-per-trial";
import type { Trial } from "./trial";

const MINUTES = 30;

export interface WithoutHsms {
  readonly clusterState: string;
  readonly connectionState: string;
  /** What a use of a key was refused with. */
  readonly use?: string;
  /** What the first refused HSM afterwards was refused with. */
  readonly restored?: string;
}

/** Deletes the HSMs, looks, and makes them again, which restores the newest backup; once for a trial. */
export const withoutHsms = oncePerTrial(observe);

async function observe(trial: Trial): Promise<WithoutHsms> {
  const { cloudHsm, kms, outputs } = trial;
  const ClusterId = outputs.cluster_id;
  const hsms = (await trial.cluster()).Hsms!;
  const use = () =>
    refusalOf(kms.generateDataKeyWithoutPlaintext({ KeyId: outputs.key_arn, KeySpec: "AES_256" }));
  for (const { HsmId } of hsms) await cloudHsm.deleteHsm({ ClusterId, HsmId });
  await trial.until("HSMs are deleted", MINUTES, async () => (await trial.cluster()).Hsms!.length === 0);
  const clusterState = (await trial.cluster()).State!;
  const CustomKeyStoreId = outputs.custom_key_store_id;
  const { CustomKeyStores } = await kms.describeCustomKeyStores({ CustomKeyStoreId });
  const refused = await use();
  let restored: string | undefined;
  for (const { AvailabilityZone, EniIp: IpAddress } of hsms) {
    const create = () => refusalOf(cloudHsm.createHsm({ ClusterId, AvailabilityZone, IpAddress }));
    const refusal = await create();
    restored ??= refusal;
    // What was refused for a moment only must not leave the trial without it.
    if (refusal !== undefined) await create();
  }
  await trial.until("HSMs are made", MINUTES, async () =>
    (await trial.cluster()).Hsms!.every(({ State }) => State === "ACTIVE"),
  );
  // KMS finds them by itself, some time later; connecting helps it on.
  if ((await use()) !== undefined) await connect(trial);
  return { clusterState, connectionState: CustomKeyStores![0].ConnectionState!, use: refused, restored };
}
