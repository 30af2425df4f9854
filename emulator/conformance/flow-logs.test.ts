// Flow logs, where moto's answers were not AWS's.

import { TestCloud } from "./cloud";

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await TestCloud.start();
});
afterAll(() => cloud.stop());

test("a flow log delivers to a log group that is given by its ARN (CreateFlowLogs, EC2 API Reference)", async () => {
  const { vpcId } = await cloud.network();
  const logGroupName = "/aws/vpc/flows";
  await cloud.logs.createLogGroup({ logGroupName });
  const { logGroups } = await cloud.logs.describeLogGroups({ logGroupNamePrefix: logGroupName });
  const { FlowLogIds } = await cloud.ec2.createFlowLogs({
    ResourceType: "VPC",
    ResourceIds: [vpcId],
    TrafficType: "ALL",
    LogDestinationType: "cloud-watch-logs",
    LogDestination: logGroups![0].arn!.replace(/:\*$/, ""),
    DeliverLogsPermissionArn: "arn:aws:iam::123456789012:role/flows",
  });
  const { FlowLogs } = await cloud.ec2.describeFlowLogs({ FlowLogIds });
  expect(FlowLogs![0]).toMatchObject({ ResourceId: vpcId, DeliverLogsStatus: "SUCCESS" });
});
