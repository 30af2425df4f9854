// How large and how fast a file system is.

import { FsxOntapFileSystemConfig } from "@cdktf/provider-aws/lib/fsx-ontap-file-system";
import { Construct } from "constructs";
import {
  iopsRange,
  ONTAP_LIMITS,
  OntapDeploymentType,
  storageRange,
  throughputOfPair,
} from "../../aws-limits/ontap-file-systems";
import { check, checkKnown, checkRange } from "../private";

/** Size of a file system. All of it can grow in place. */
export interface OntapSizeProps {
  /**
   * HA pairs of file servers: up to 12 in `SINGLE_AZ_2` and `SINGLE_AZ_3`, 1 in the others. Pairs can be added, and never removed; with
   * them `storageCapacityGib` and `diskIops` must grow in proportion. With more than 6 there is no iSCSI and no NVMe over TCP.
   * @default 1
   */
  readonly haPairs?: number;
  /**
   * SSD storage of all HA pairs together in GiB: 1,024 for each at least; at most 196,608 in the first generation, later 524,288 for each
   * and 1,048,576 in all. Each increase is of 10 percent at least, six hours after the one before. In the later generations it can be
   * decreased too, by 9 percent at least. Source: StorageCapacity, UpdateFileSystem, Amazon FSx API Reference.
   * @default 1024 for each HA pair
   */
  readonly storageCapacityGib?: number;
  /**
   * Throughput of each HA pair in MBps: 128, 256, 512, 1024, 2048 or 4096 in the first generation, 384, 768, 1536, 3072 or 6144 in the
   * second, also 12288 or 18432 in the third. Several pairs, and `SINGLE_AZ_3`, have 1536 at least.
   * @default the smallest of the deployment type
   */
  readonly throughputCapacityMbps?: number;
  /**
   * SSD IOPS of all HA pairs together: at least 3 for each GiB, times the HA pairs; at most 200,000 for each pair.
   * @default 3 for each GiB, which is in the price of the storage
   */
  readonly diskIops?: number;
}

type Size = Pick<
  FsxOntapFileSystemConfig,
  | "storageCapacity"
  | "throughputCapacity"
  | "haPairs"
  | "throughputCapacityPerHaPair"
  | "diskIopsConfiguration"
>;

/** Of all HA pairs together, in MBps. */
export const totalThroughput = (size: Size): number =>
  size.throughputCapacity ?? size.haPairs! * size.throughputCapacityPerHaPair!;

/** The size as the provider takes it. */
export function sizeOf(scope: Construct, type: OntapDeploymentType, props: OntapSizeProps): Size {
  const pairs = props.haPairs ?? 1;
  checkKnown(scope, "haPairs", pairs, "a whole number");
  checkRange(scope, "haPairs", pairs, 1, ONTAP_LIMITS[type].maxPairs, `HA pairs of ${type}`);
  const allowed = throughputOfPair(type, pairs);
  const throughput = props.throughputCapacityMbps ?? allowed[0];
  const of = pairs === 1 ? type : `${type} with ${pairs} HA pairs`;
  check(
    scope,
    "throughputCapacityMbps",
    throughput,
    (t) => allowed.includes(t),
    `one of ${allowed.join(", ")} for ${of}`,
  );
  const [minGib, maxGib] = storageRange(type, pairs);
  const storageCapacity = props.storageCapacityGib ?? minGib;
  checkRange(scope, "storageCapacityGib", storageCapacity, minGib, maxGib, "GiB");
  const { diskIops } = props;
  if (diskIops !== undefined) {
    checkKnown(
      scope,
      "storageCapacityGib",
      storageCapacity,
      "a whole number of GiB, to check diskIops against",
    );
    const [min, max] = iopsRange(storageCapacity, pairs);
    checkRange(scope, "diskIops", diskIops, min, max, "IOPS");
  }
  return {
    storageCapacity,
    // Of these types the provider reads the total as 0, and would change it in each plan: hashicorp/terraform-provider-aws#38663, #47825.
    ...(ONTAP_LIMITS[type].maxPairs > 1
      ? { haPairs: pairs, throughputCapacityPerHaPair: throughput }
      : { throughputCapacity: throughput }),
    diskIopsConfiguration: diskIops === undefined ? undefined : { mode: "USER_PROVISIONED", iops: diskIops },
  };
}
