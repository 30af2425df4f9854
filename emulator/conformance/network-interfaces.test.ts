// Addresses of network interfaces, where moto gave any.

import { Network, TestCloud } from "./cloud";

let cloud: TestCloud;
let network: Network;

beforeAll(async () => {
  cloud = await TestCloud.start();
  network = await cloud.network();
});
afterAll(() => cloud.stop());

async function address(SubnetId: string, PrivateIpAddress?: string): Promise<string> {
  const { NetworkInterface } = await cloud.ec2.createNetworkInterface({ SubnetId, PrivateIpAddress });
  return NetworkInterface!.PrivateIpAddress!;
}

test("each is in its subnet and nobody else's, and none that AWS keeps («Subnet CIDR blocks», Amazon VPC User Guide)", async () => {
  const [subnet] = network.subnetIds;
  expect(await address(subnet, "10.9.0.5")).toBe("10.9.0.5");
  expect([await address(subnet), await address(subnet)]).toEqual(["10.9.0.4", "10.9.0.6"]);
  await expect(address(subnet, "10.9.0.6")).rejects.toMatchObject({ name: "InvalidIPAddress.InUse" });
});

test("an endpoint's is in its subnet", async () => {
  const [, SubnetId] = network.subnetIds;
  await cloud.ec2.createVpcEndpoint({
    VpcId: network.vpcId,
    VpcEndpointType: "Interface",
    ServiceName: "com.amazonaws.eu-central-1.kms",
    SubnetIds: [SubnetId],
  });
  const { NetworkInterfaces } = await cloud.ec2.describeNetworkInterfaces({
    Filters: [{ Name: "subnet-id", Values: [SubnetId] }],
  });
  expect(NetworkInterfaces!.map((i) => i.PrivateIpAddress)).toEqual(["10.9.0.68"]);
});

test("an instance's is in its subnet, and nobody else's", async () => {
  const CidrBlock = "10.9.0.192/28";
  const { Subnet } = await cloud.ec2.createSubnet({ VpcId: network.vpcId, CidrBlock });
  const SubnetId = Subnet!.SubnetId!;
  await address(SubnetId);
  const count = { MinCount: 1, MaxCount: 1 };
  const { Instances } = await cloud.ec2.runInstances({ ...count, ImageId: "ami-12c6146b", SubnetId });
  expect(Instances![0].PrivateIpAddress).toBe("10.9.0.197");
  expect(await address(SubnetId)).toBe("10.9.0.198");
});

test("one that is reserved is given to who asks for it only («Subnet CIDR reservations», Amazon VPC User Guide)", async () => {
  const CidrBlock = "10.9.0.240/28";
  const { Subnet } = await cloud.ec2.createSubnet({ VpcId: network.vpcId, CidrBlock });
  const SubnetId = Subnet!.SubnetId!;
  await cloud.ec2.createSubnetCidrReservation({
    SubnetId,
    Cidr: "10.9.0.244/30",
    ReservationType: "explicit",
  });
  expect(await address(SubnetId)).toBe("10.9.0.248");
  expect(await address(SubnetId, "10.9.0.245")).toBe("10.9.0.245");
});

test("a subnet without a free address is refused", async () => {
  const CidrBlock = "10.9.0.224/28";
  const { Subnet } = await cloud.ec2.createSubnet({ VpcId: network.vpcId, CidrBlock });
  const SubnetId = Subnet!.SubnetId!;
  for (let i = 4; i < 15; i++) await address(SubnetId);
  await expect(address(SubnetId)).rejects.toMatchObject({ name: "InsufficientFreeAddressesInSubnet" });
});
