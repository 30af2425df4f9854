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
