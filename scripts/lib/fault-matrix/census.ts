// All that a deploy makes, as the local cloud's APIs list it, without what is another one each time: ids, passwords, dates.

import { CloudHSMV2 } from "@aws-sdk/client-cloudhsm-v2";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { EC2 } from "@aws-sdk/client-ec2";
import { FSx } from "@aws-sdk/client-fsx";
import { IAM } from "@aws-sdk/client-iam";
import { KMS } from "@aws-sdk/client-kms";
import { Lambda } from "@aws-sdk/client-lambda";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { SQS } from "@aws-sdk/client-sqs";
import { REGION } from "./workshop";

/** For SDK clients. */
export const clientOf = (endpoint: string) => ({
  region: REGION,
  endpoint,
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
});

/** A line a resource, sorted. */
export async function census(endpoint: string): Promise<string[]> {
  const client = clientOf(endpoint);
  const ec2 = new EC2(client);
  const { Vpcs } = await ec2.describeVpcs({ Filters: [{ Name: "is-default", Values: ["false"] }] });
  const Filters = [{ Name: "vpc-id", Values: Vpcs!.map((v) => v.VpcId!).concat("none") }];
  const iam = new IAM(client);
  const kms = new KMS(client);
  const groups = (await ec2.describeSecurityGroups({ Filters })).SecurityGroups!;
  const name = (text: string) =>
    text
      .replace(/cluster-[2-7a-zA-Z]{11,16}/g, "cluster")
      .replace(/cks-[0-9a-f]{17}/g, "store")
      .replace(/fs-[0-9a-f]{17}/g, "file system")
      .replace(/\d{20,}/, "");
  const nameOfGroup = (id?: string) => name(groups.find((g) => g.GroupId === id)?.GroupName ?? "elsewhere");
  const lines: string[] = Vpcs!.map((v) => `VPC ${v.CidrBlock}`);
  lines.push(
    ...(await ec2.describeSubnets({ Filters })).Subnets!.map((s) => `subnet ${s.CidrBlock}`),
    ...(await ec2.describeRouteTables({ Filters })).RouteTables!.map(
      (t) => `route table with ${t.Associations!.filter((a) => a.SubnetId).length} subnets`,
    ),
    ...(await ec2.describeVpcEndpoints({ Filters }))
      .VpcEndpoints!.filter((e) => !/^delet/i.test(e.State!))
      .map((e) => `endpoint ${e.ServiceName}`),
  );
  for (const group of groups) {
    lines.push(`security group ${nameOfGroup(group.GroupId)}`);
    const { SecurityGroupRules } = await ec2.describeSecurityGroupRules({
      Filters: [{ Name: "group-id", Values: [group.GroupId!] }],
    });
    for (const r of SecurityGroupRules!)
      lines.push(
        `rule of ${nameOfGroup(group.GroupId)}: ${r.IsEgress ? "out to" : "in from"} ${r.CidrIpv4 ?? nameOfGroup(r.ReferencedGroupInfo?.GroupId)} ${r.IpProtocol} ${r.FromPort}-${r.ToPort}`,
      );
  }
  for (const { RoleName } of (await iam.listRoles({})).Roles!) {
    const { PolicyNames } = await iam.listRolePolicies({ RoleName });
    lines.push(`role ${RoleName}`, ...PolicyNames!.map((policy) => `policy ${RoleName}/${policy}`));
  }
  lines.push(
    ...(await new CloudWatchLogs(client).describeLogGroups({})).logGroups!.map(
      (g) => `log group ${g.logGroupName}`,
    ),
    ...(await new SecretsManager(client).listSecrets({})).SecretList!.map((s) => `secret ${name(s.Name!)}`),
    ...((await new SQS(client).listQueues({})).QueueUrls ?? []).map((url) => `queue ${url.split("/").pop()}`),
  );
  lines.push(
    ...(await new Lambda(client).listFunctions({})).Functions!.map((f) => `function ${f.FunctionName}`),
  );
  const store = (id?: string) => (id ? " in a key store" : "");
  for (const { KeyId } of (await kms.listKeys({})).Keys!) {
    const { KeyMetadata } = await kms.describeKey({ KeyId });
    if (KeyMetadata!.KeyManager === "CUSTOMER" && !KeyMetadata!.DeletionDate)
      lines.push(
        `key ${KeyMetadata!.Description} ${KeyMetadata!.KeyState}${store(KeyMetadata!.CustomKeyStoreId)}`,
      );
  }
  lines.push(
    ...(await kms.listAliases({}))
      .Aliases!.filter((a) => !a.AliasName!.startsWith("alias/aws/"))
      .map((a) => `alias ${a.AliasName}`),
    ...(await kms.describeCustomKeyStores({})).CustomKeyStores!.map(
      (s) => `key store ${s.CustomKeyStoreName} ${s.ConnectionState}`,
    ),
    ...(await new FSx(client).describeFileSystems({})).FileSystems!.map(
      (f) => `file system ${f.OntapConfiguration!.DeploymentType} ${f.Lifecycle}`,
    ),
  );
  for (const cluster of (await new CloudHSMV2(client).describeClusters({})).Clusters!) {
    lines.push(`cluster ${cluster.State}`);
    for (const hsm of cluster.Hsms!) lines.push(`HSM ${hsm.EniIp} ${hsm.State}`);
  }
  return lines.sort();
}

/** What the one has and the other has not; a line that is there twice counts twice. */
export function difference(wanted: string[], found: string[]): string[] {
  const rest = [...found];
  const missing = wanted.filter((line) => {
    const at = rest.indexOf(line);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
  return [...missing.map((line) => `missing: ${line}`), ...rest.map((line) => `too much: ${line}`)];
}
