// Bad input of the file system, and the error for each.

import { TerraformStack } from "cdktf";
import { HsmKey, IHsmKey, OntapFileSystem } from "../constructs";
import { AWS, AWS_FREE, each, FLAG, is, NAMES, network, POLICY, Subject } from "./shared";

const keyArn = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

const key = (stack: TerraformStack): IHsmKey => HsmKey.fromKeyArn(stack, "file-key", keyArn);

export const storageErrors: Record<string, Subject> = {
  OntapFileSystemProps: {
    make: (stack, changes) =>
      new OntapFileSystem(stack, "it", { network: network(stack), key: key(stack), ...changes }),
    free: { ...AWS_FREE, network: "a construct", key: "a construct" },
    wrong: {
      ...NAMES,
      ...AWS,
      ...POLICY,
      deploymentType: each(
        "deploymentType",
        "one of SINGLE_AZ_1, MULTI_AZ_1, SINGLE_AZ_2, MULTI_AZ_2",
        "THREE_AZ_1",
      ),
      endpointIpAddressRange: [
        ...each(
          "endpointIpAddressRange",
          "an IPv4 range in CIDR notation between /16 and /28, such as 10.0.0.0/24",
          "",
          "198.19.0.0",
          "198.19.0.0/29",
          "198.18.0.0/15",
        ),
        ...each("endpointIpAddressRange", "the start of its range: 198.19.5.0/24", "198.19.5.1/24"),
        ...each(
          "endpointIpAddressRange",
          "apart from the VPC's subnets: it overlaps 10.42.0.0/26",
          "10.42.0.0/24",
        ),
      ],
      throughputCapacityMbps: each(
        "throughputCapacityMbps",
        "one of 128, 256, 512, 1024, 2048, 4096 for MULTI_AZ_1",
        100,
        384,
      ),
      storageCapacityGib: each(
        "storageCapacityGib",
        "a whole number of GiB between 1024 and 196608",
        1023,
        196609,
      ),
      automaticBackupRetentionDays: each(
        "automaticBackupRetentionDays",
        "a whole number of days between 0 and 90",
        -1,
        91,
      ),
      volumes: [
        [
          [{ name: "team-files", sizeGib: 10 }],
          is(
            "volumes.name",
            "team-files",
            "a letter or _, then letters, digits and _, at most 203 in all, and unique",
          ),
        ],
        [
          Array(2).fill({ name: "files", sizeGib: 10 }),
          is(
            "volumes.name",
            "files",
            "a letter or _, then letters, digits and _, at most 203 in all, and unique",
          ),
        ],
        [
          [{ name: "files", sizeGib: 0 }],
          is("volumes.sizeGib", 0, "a whole number of GiB between 1 and 307200"),
        ],
        [
          [{ name: "files", sizeGib: 10, junctionPath: "files" }],
          is("volumes.junctionPath", "files", "a path that begins with /, and that no other volume has"),
        ],
        [
          [
            { name: "one", sizeGib: 10, junctionPath: "/files" },
            { name: "files", sizeGib: 10 },
          ],
          is("volumes.junctionPath", "/files", "a path that begins with /, and that no other volume has"),
        ],
        [[{ name: "files", sizeGib: 10, finalBackup: "no" }], is("volumes.finalBackup", "no", FLAG)],
      ],
    },
  },
  OntapFileSystemAttributes: {
    make: (stack, changes) =>
      OntapFileSystem.fromAttributes(stack, "it", {
        fileSystemId: "fs-0123456789abcdef0",
        dnsName: "fs-0123456789abcdef0.fsx.eu-central-1.amazonaws.com",
        securityGroupId: "sg-0a1b2c3d4e5f60718",
        ...changes,
      }),
    free: { ...AWS_FREE, dnsName: "a name" },
    wrong: {
      fileSystemId: each("fileSystemId", "fs- and hexadecimal digits", "files"),
      securityGroupId: each("securityGroupId", "an id such as sg-0a1b2c3d4e5f60718", "files"),
    },
  },
};
