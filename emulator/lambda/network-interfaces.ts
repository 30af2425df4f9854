// Lambda's network interfaces in a VPC: one for each subnet and set of security groups, for all functions that have these. They outlive the
// last such function for a while, and until then neither the subnet nor the groups can be deleted. Sources: «Understanding Hyperplane elastic
// network interfaces (ENIs)», «Lambda function states», AWS Lambda Developer Guide; hashicorp/terraform-provider-aws#10329.

import { CreateNetworkInterfaceCommand, DeleteNetworkInterfaceCommand } from "@aws-sdk/client-ec2";
import { GetFunctionConfigurationCommand, paginateListFunctions, VpcConfig } from "@aws-sdk/client-lambda";
import { Context } from "../core/context";
import { AwsError } from "../core/errors";
import { FunctionWait } from "../core/state";

/** moto/server.py shows those as Lambda's; Terraform's provider looks for them by it. */
const DESCRIPTION = "AWS Lambda VPC ENI";

/** What a function is waiting for, as its configuration shows it. */
const SHOWN: Record<FunctionWait, object> = {
  Creating: {
    State: "Pending",
    StateReasonCode: "Creating",
    StateReason: "The function is being created.",
  },
  Updating: {
    LastUpdateStatus: "InProgress",
    LastUpdateStatusReasonCode: "Creating",
    LastUpdateStatusReason: "The function is being created.",
  },
  Idle: {
    State: "Inactive",
    StateReasonCode: "Idle",
    StateReason: "The function is idle.",
  },
  OutOfAddresses: {
    State: "Failed",
    StateReasonCode: "SubnetOutOfIPAddresses",
    StateReason: "A subnet of the function has no free address.",
  },
  Restoring: {
    State: "Pending",
    StateReasonCode: "Restoring",
    StateReason: "The function is being restored.",
  },
};

export class FunctionInterfaces {
  constructor(private readonly context: Context) {
    context.cloud.on("function connected", (regionName, name) => this.setWait(regionName, name, undefined));
    context.cloud.on("function interface released", async (regionName, id) => {
      delete context.cloud.region(regionName).functionInterfaces[id];
      await context.moto
        .ec2(regionName)
        .send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: id }))
        .catch((error: Error) => {
          // moto lets anybody delete one that is in use.
          if (error.name !== "InvalidNetworkInterfaceID.NotFound") throw error;
        });
    });
  }

  /** A function's configuration with what it waits for. */
  async shown<T extends { FunctionName?: string }>(regionName: string, configuration: T): Promise<T> {
    const wait = await this.waitOf(regionName, configuration.FunctionName!);
    return wait ? { ...configuration, ...SHOWN[wait] } : configuration;
  }

  /** Refuses an invocation of a function without its interfaces; that of an idle one makes Lambda restore them. */
  async checkInvocation(regionName: string, name: string, vpcConfig: VpcConfig | undefined): Promise<void> {
    const wait = await this.waitOf(regionName, name);
    if (wait === "Creating" || wait === "OutOfAddresses")
      throw conflict(
        `The function is currently in the following state: ${wait === "Creating" ? "Pending" : "Failed"}`,
      );
    if (wait === "Idle") await this.connect(regionName, name, vpcConfig, "Restoring");
    // Status and text: ResourceNotReadyException, Invoke, AWS Lambda API Reference.
    if (wait === "Idle" || wait === "Restoring")
      throw new AwsError(
        "ResourceNotReadyException",
        "The function is inactive and its VPC connection is no longer available. Wait for the VPC connection to reestablish and try again.",
        502,
      );
  }

  /** Refuses an update of a function that is being made or updated. */
  async checkUpdate(regionName: string, name: string): Promise<void> {
    const wait = await this.waitOf(regionName, name);
    const arn = `arn:aws:lambda:${regionName}:${this.context.cloud.accountId}:function:${name}`;
    if (wait === "Creating" || wait === "Restoring")
      throw conflict(
        `The resource ${arn} is currently in the following state: 'Pending'. StateReasonCode: '${wait}'`,
      );
    if (wait === "Updating") throw conflict(`An update is in progress for resource: ${arn}`);
  }

  /** Makes the interfaces that the function lacks; it has to wait for them. */
  async connect(
    regionName: string,
    name: string,
    config: VpcConfig | undefined,
    wait: FunctionWait,
  ): Promise<void> {
    if (!config?.SubnetIds?.length) return;
    const { cloud, moto } = this.context;
    const { functionInterfaces } = cloud.region(regionName);
    await cloud.exclusively(async () => {
      for (const place of placesOf(config)) {
        const present = Object.keys(functionInterfaces).find((id) => functionInterfaces[id] === place);
        if (present) {
          cloud.cancel("function interface released", regionName, present);
          continue;
        }
        const command = new CreateNetworkInterfaceCommand({
          SubnetId: place.split(" ")[0],
          Groups: config.SecurityGroupIds,
          Description: `${DESCRIPTION}-${name}`,
        });
        const made = await moto
          .ec2(regionName)
          .send(command)
          .catch((error: Error) => {
            if (error.name !== "InsufficientFreeAddressesInSubnet") throw error;
          });
        if (!made) return this.setWait(regionName, name, "OutOfAddresses");
        functionInterfaces[made.NetworkInterface!.NetworkInterfaceId!] = place;
      }
      this.setWait(regionName, name, wait);
      cloud.schedule("function connected", regionName, name);
    });
  }

  /** Interfaces that no function has any longer go after a while. */
  async release(regionName: string): Promise<void> {
    const { cloud, moto } = this.context;
    const { functionInterfaces, functionWaits } = cloud.region(regionName);
    await cloud.exclusively(async () => {
      const used = new Set<string>();
      for await (const { Functions = [] } of paginateListFunctions({ client: moto.lambda(regionName) }, {}))
        for (const { FunctionName, VpcConfig } of Functions)
          if (functionWaits[FunctionName!] !== "Idle")
            for (const place of placesOf(VpcConfig)) used.add(place);
      const going = cloud.pending("function interface released", regionName);
      for (const [id, place] of Object.entries(functionInterfaces))
        if (!used.has(place) && !going.includes(id))
          cloud.schedule("function interface released", regionName, id);
    });
  }

  /** What happens to a function in a VPC that was idle for weeks. False where the region has none of the name. */
  async idle(regionName: string, name: string): Promise<boolean> {
    const found = await this.context.moto
      .lambda(regionName)
      .send(new GetFunctionConfigurationCommand({ FunctionName: name }))
      .catch(() => undefined);
    if (!found?.VpcConfig?.SubnetIds?.length) return false;
    this.setWait(regionName, name, "Idle");
    await this.release(regionName);
    return true;
  }

  /** The function is gone. */
  async disconnect(regionName: string, name: string): Promise<void> {
    this.context.cloud.cancel("function connected", regionName, name);
    this.setWait(regionName, name, undefined);
    await this.release(regionName);
  }

  private waitOf(regionName: string, name: string): Promise<FunctionWait | undefined> {
    const { cloud } = this.context;
    return cloud.exclusively(async () => cloud.region(regionName).functionWaits[name]);
  }

  private setWait(regionName: string, name: string, wait: FunctionWait | undefined): void {
    const { functionWaits } = this.context.cloud.region(regionName);
    if (wait) functionWaits[name] = wait;
    else delete functionWaits[name];
  }
}

const placesOf = (config: VpcConfig | undefined): string[] =>
  (config?.SubnetIds ?? []).map((id) => [id, ...[...(config!.SecurityGroupIds ?? [])].sort()].join(" "));

/** Texts: remotion-dev/remotion#1186, aws/serverless-application-model#2356, motdotla/node-lambda#535. */
const conflict = (why: string): AwsError =>
  new AwsError("ResourceConflictException", `The operation cannot be performed at this time. ${why}`, 409);
