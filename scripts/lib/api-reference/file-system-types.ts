// Prints what AWS allows of each deployment type, of the table that the constructs and the local cloud read, as Markdown.

import {
  iopsRange,
  MAX_PAIRS_WITH_BLOCK_STORAGE,
  maxStorageVirtualMachines,
  ONTAP_DEPLOYMENT_TYPES,
  ONTAP_LIMITS,
  OntapLimits,
  storageRange,
  throughputOfPair,
} from "../../../aws-limits/ontap-file-systems";

const number = (n: number): string => n.toLocaleString("en-US");
const range = ([from, to]: [number, number]): string => `${number(from)} to ${number(to)}`;

console.log(`# What an ONTAP file system can be

Made by \`scripts/api-reference\` of [aws-limits/ontap-file-systems.ts](../aws-limits/ontap-file-systems.ts), which has the sources. The constructs refuse
anything else at synth.

| deploymentType | generation | zones | HA pairs | MBps of the only pair | MBps of each of several pairs | SSD storage of one pair in GiB | SSD storage at most in GiB | storage can shrink |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |`);
for (const type of ONTAP_DEPLOYMENT_TYPES) {
  const { generation, zones, maxPairs, shrinks }: OntapLimits = ONTAP_LIMITS[type];
  const cells = [
    `\`${type}\``,
    generation,
    zones,
    maxPairs === 1 ? "1" : `1 to ${maxPairs}`,
    throughputOfPair(type, 1).join(", "),
    maxPairs === 1 ? "–" : throughputOfPair(type, 2).join(", "),
    range(storageRange(type, 1)),
    number(storageRange(type, maxPairs)[1]),
    shrinks ? "yes" : "no",
  ];
  console.log(`| ${cells.join(" | ")} |`);
}

const [least, most] = iopsRange(1024, 1);
console.log(`
Provisioned IOPS of one pair are ${number(least)} (with 1,024 GiB; 3 for each GiB) to ${number(most)}, of several pairs as many times that.

A file system has ${maxStorageVirtualMachines(0)} storage virtual machines at most, ${maxStorageVirtualMachines(512)} from 512 MBps on and ${maxStorageVirtualMachines(2048)} from 2,048 MBps on. With more than ${MAX_PAIRS_WITH_BLOCK_STORAGE} HA pairs
it has no iSCSI and no NVMe over TCP.`);
