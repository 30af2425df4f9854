// What a deploy still makes: resources that are wanted, and that the state does not have.

import { Attributes, Stack } from "../app/stack";

/** Those of a type, in a region. */
export const lackingIn =
  (stack: Stack, region: string) =>
  (type: string): Attributes[] =>
    stack
      .addresses(type)
      .filter((address) => stack.regionOf(address) === region && !stack.instance(address))
      .map((address) => stack.wanted[address]);

/** The members of an attribute that is a list; none where it is not there. */
export const listed = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** The subnets of a function. */
export const subnetsOfFunction = ({ vpc_config }: Attributes): unknown[] =>
  listed((vpc_config as Attributes | undefined)?.subnet_ids);

/**
 * Those of the key store's cluster: KMS has a network interface in each of them while the store is connected («Connect an AWS CloudHSM key
 * store», AWS KMS Developer Guide).
 */
export const subnetsOfKeyStore = (stack: Stack, { cloud_hsm_cluster_id }: Attributes): unknown[] =>
  stack
    .addresses("aws_cloudhsm_v2_cluster")
    .filter((address) => String(cloud_hsm_cluster_id).includes(address))
    .flatMap((address) => listed(stack.wanted[address].subnet_ids));
