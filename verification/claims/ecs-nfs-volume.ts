import type { Claim } from "../claim";

export default {
  text: "Docker on an ECS-optimised AMI mounts a volume by `driverOpts` of type `nfs`",
  source: "«Use Docker volumes with Amazon ECS», Amazon ECS Developer Guide",
  byHand: "deploy `examples/ecs-service`",
  notInReach: "It takes a container instance of Amazon ECS.",
} satisfies Claim;
