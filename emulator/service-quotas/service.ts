// Service Quotas, as far as a deploy asks: the applied quotas of CloudHSM. Source: ListServiceQuotas, Service Quotas API Reference; the numbers:
// «Quotas», AWS CloudHSM User Guide.

import { Context, Operation, Service } from "../core/context";
import { AwsError } from "../core/errors";
import { ServiceModel } from "../http/models";

export function serviceQuotas({ cloud }: Context, model: ServiceModel): Service {
  const operations: Record<string, Operation> = {
    ListServiceQuotas(input, { regionName }) {
      if (input.ServiceCode !== "cloudhsm")
        throw new AwsError("NotEmulated", `Quotas of ${input.ServiceCode} are not emulated.`, 501);
      const quota = (QuotaCode: string, QuotaName: string, Value: number) => ({
        ServiceCode: "cloudhsm",
        ServiceName: "AWS CloudHSM",
        QuotaArn: `arn:aws:servicequotas:${regionName}:${cloud.accountId}:cloudhsm/${QuotaCode}`,
        QuotaCode,
        QuotaName,
        Value,
        Unit: "None",
        Adjustable: true,
        GlobalQuota: false,
      });
      return {
        Quotas: [
          quota("L-00000001", "Clusters per AWS Region and AWS account", cloud.quotas.clusters),
          quota("L-00000002", "HSMs per AWS Region and AWS account", cloud.quotas.hsms),
        ],
      };
    },
  };
  return { model, validationError: "IllegalArgumentException", operations, motoAnswersTheRest: false };
}
