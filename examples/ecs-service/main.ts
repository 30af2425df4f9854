// An ECS service whose containers have a volume of an existing file system, in a storage virtual machine of its own.

import { DataAwsEcsCluster } from "@cdktf/provider-aws/lib/data-aws-ecs-cluster";
import { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, Fn, TerraformOutput, TerraformStack } from "cdktf";
import {
  acceptProviderVersions,
  OntapFileSystem,
  OntapFileSystemAttributes,
  OntapStorageVirtualMachine,
} from "safe-storage";

interface Settings {
  region: string;
  /** The file system, from the outputs of the stack that has made it. */
  fileSystem: OntapFileSystemAttributes;
  /** Name of the ECS cluster, of EC2 instances: Fargate mounts no NFS but EFS. */
  clusterName: string;
  /** Security group of its instances. */
  instancesSecurityGroupId: string;
  /** Image of the container, which serves what is in /srv. */
  image: string;
}

const app = new App();
const settings: Settings = app.node.getContext("settings");
const stack = new TerraformStack(app, "ecs-service");
acceptProviderVersions(stack);
new AwsProvider(stack, "aws", { region: settings.region });

const fileSystem = OntapFileSystem.fromAttributes(stack, "file-system", settings.fileSystem);
fileSystem.allowFrom(settings.instancesSecurityGroupId, { protocols: ["nfs4"] });
const machine = new OntapStorageVirtualMachine(stack, "files", {
  fileSystem,
  name: "web",
  volumes: [{ name: "site", sizeGib: 10 }],
});
const { junctionPath, volumeId } = machine.volumes.site;

const task = new EcsTaskDefinition(stack, "task", {
  family: "web",
  requiresCompatibilities: ["EC2"],
  networkMode: "bridge",
  // Docker itself mounts it when a task begins, from the instance. Source: «Use Docker volumes with Amazon ECS», Amazon ECS Developer Guide.
  volume: [
    {
      name: "site",
      dockerVolumeConfiguration: {
        scope: "task",
        driver: "local",
        driverOpts: {
          type: "nfs",
          device: `:${junctionPath}`,
          o: `addr=${machine.nfsDnsName},nfsvers=4.1`,
        },
      },
    },
  ],
  containerDefinitions: Fn.jsonencode([
    {
      name: "web",
      image: settings.image,
      essential: true,
      memory: 128,
      mountPoints: [{ sourceVolume: "site", containerPath: "/srv", readOnly: false }],
    },
  ]),
});
const service = new EcsService(stack, "service", {
  name: "web",
  cluster: new DataAwsEcsCluster(stack, "cluster", { clusterName: settings.clusterName }).arn,
  taskDefinition: task.arn,
  launchType: "EC2",
  desiredCount: 1,
});
// Not before there is something to mount.
service.node.addDependency(machine);

new TerraformOutput(stack, "volume_id", { value: volumeId });
app.synth();
