// What a request handler has at hand, and how a service registers its operations.

import { Credentials, Issued } from "./access/credentials";
import { Cloud } from "./cloud";
import { Metrics } from "./cloudwatch/metrics";
import { Faults } from "./faults";
import { Lookups } from "./lookups";
import { ServiceModel } from "./models";
import { Moto } from "./moto";
import { Region } from "./state";
import { Roots } from "./cloudhsm/certificates";

/** What lives as long as the local cloud. */
export interface Context {
  cloud: Cloud;
  moto: Moto;
  roots: Roots;
  /** Regions that have AWS CloudHSM, by botocore's list of endpoints. */
  regions: string[];
  /** ConnectionErrorCode's values in botocore's model. */
  connectionErrorCodes: string[];
  metrics: Metrics;
  lookups: Lookups;
  /** Issued to roles. */
  credentials: Credentials;
  /** Set once the server is built. */
  faults?: Faults;
}

/** One signed call. */
export interface Call {
  /** The region's name, from the signature's scope. */
  regionName: string;
  region: Region;
  headers: Record<string, unknown>;
  /** The role that calls; undefined for the administrator. */
  caller?: Issued;
}

/** Answers a call. `undefined` means that the call is not about anything of ours: moto answers it. */
export type Operation = (input: any, call: Call) => Promise<unknown> | unknown;

export interface Service {
  model: ServiceModel;
  /** The code of the error for an input that breaks the model. */
  validationError: string;
  operations: Record<string, Operation>;
  /** True where moto answers operations that are not listed; otherwise they are refused. */
  motoAnswersTheRest: boolean;
}
