// Service Quotas, as far as a deploy asks: the applied quotas of what it makes. Source: ListServiceQuotas, Service Quotas API Reference; the
// numbers and codes: aws-limits/service-quotas.ts.

import { Quota, QUOTAS } from "../../aws-limits/service-quotas";
import { Context, Operation, Service } from "../core/context";
import { AwsError } from "../core/errors";
import { ServiceModel } from "../http/models";
import type { defaultQuotas } from "./quotas";

/** Service Quotas' own names, and the local cloud's. */
const NAMES: Partial<Record<keyof typeof QUOTAS, [name: string, ours: keyof typeof defaultQuotas]>> = {
  clusters: ["Clusters per AWS Region and AWS account", "clusters"],
  hsms: ["HSMs per AWS Region and AWS account", "hsms"],
  vpcs: ["VPCs per Region", "vpcs"],
  endpoints: ["Interface VPC endpoints per VPC", "interface endpoints per vpc"],
  networkInterfaces: ["Network interfaces per Region", "network interfaces"],
  fileSystems: ["ONTAP file systems", "ontap file systems"],
  storage: ["ONTAP SSD storage capacity", "ontap ssd storage"],
  throughput: ["ONTAP throughput capacity", "ontap throughput"],
};
const SERVICES: Record<string, string> = {
  cloudhsm: "AWS CloudHSM",
  vpc: "Amazon Virtual Private Cloud (Amazon VPC)",
  fsx: "Amazon FSx",
};

export function serviceQuotas({ cloud }: Context, model: ServiceModel): Service {
  const operations: Record<string, Operation> = {
    ListServiceQuotas({ ServiceCode }, { regionName }) {
      if (!SERVICES[ServiceCode])
        throw new AwsError("NotEmulated", `Quotas of ${ServiceCode} are not emulated.`, 501);
      const ofService = Object.entries(NAMES)
        .map(([key, [name, ours]]) => ({ ...(QUOTAS[key as keyof typeof QUOTAS] as Quota), name, ours }))
        .filter(({ serviceCode }) => serviceCode === ServiceCode);
      return {
        Quotas: ofService.map(({ code, name, ours }) => ({
          ServiceCode,
          ServiceName: SERVICES[ServiceCode],
          QuotaArn: `arn:aws:servicequotas:${regionName}:${cloud.accountId}:${ServiceCode}/${code}`,
          QuotaCode: code,
          QuotaName: name,
          Value: cloud.quotas[ours],
          Unit: "None",
          Adjustable: true,
          GlobalQuota: false,
        })),
      };
    },
  };
  return { model, validationError: "IllegalArgumentException", operations, motoAnswersTheRest: false };
}
