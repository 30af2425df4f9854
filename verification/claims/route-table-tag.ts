import { confirmedIf, type Claim } from "../claim";

export default {
  text: "FSx tags the route tables of a Multi-AZ file system itself, with the caller's right to `ec2:CreateTags`",
  source:
    "CreateFileSystemOntapConfiguration, Amazon FSx API Reference; «AWS managed policy: AmazonFSxFullAccess»; hashicorp/terraform-provider-aws#21246",
  byHand:
    "deploy, then `aws ec2 describe-route-tables --filters Name=tag:AmazonFSx,Values=ManagedByAmazonFSx`; `safe-storage deploy` again, and the same",
  cost: "everything",
  check: async ({ ec2, outputs }) => {
    const { RouteTables } = await ec2.describeRouteTables({
      Filters: [{ Name: "vpc-id", Values: [outputs.vpc_id] }],
    });
    const tagged = RouteTables!.filter(({ Tags }) =>
      Tags?.some(({ Key, Value }) => Key === "AmazonFSx" && Value === "ManagedByAmazonFSx"),
    );
    return confirmedIf(
      tagged.length > 0,
      `${tagged.length} of ${RouteTables!.length} route tables are tagged`,
    );
  },
} satisfies Claim;
