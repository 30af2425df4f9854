// What a request handler has at hand, and how a service registers its operations.

import type { Credentials, Issued } from "../access/credentials";
import type { KeyAccess } from "../access/key-policy";
import type { Question } from "../access/policy";
import type { Cloud } from "./cloud";
import type { Metrics } from "../cloudwatch/metrics";
import type { Lookups } from "../moto/lookups";
import type { ServiceModel } from "../http/models";
import type { Moto } from "../moto/moto";
import type { Region } from "./state";
import type { Roots } from "../cloudhsm/certificates";

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
  /** What a test has asked for, set once the server is built. */
  faults?: FaultsOnDemand;
  /** What a call of a service asks of IAM, by the service's name in a signature; of others it is the operation itself. */
  accessQuestions: Record<string, AccessQuestions>;
}

/** Operations whose outcome can fail by a fault. */
export type FailingCreation = "CreateHsm" | "CreateVolumeFromBackup";

/** Faults that the services themselves look for. */
export interface FaultsOnDemand {
  /** Whether no client reaches the HSM. */
  isUnreachable(hsmId: string): boolean;
  /** Whether what the operation makes now will fail. */
  failsCreation(operation: FailingCreation): boolean;
  /** With which ConnectionErrorCode the key store should fail to connect. */
  connectionError(keyStoreId: string): string | undefined;
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

/** A question about a KMS key: the key has a say as well. */
export interface KeyQuestion extends Question {
  key?: KeyAccess;
}

/** A call that somebody has signed. */
export interface AskedCall {
  context: Context;
  /** The service's name in the signature. */
  service: string;
  region: string;
  operation: string;
  /** Empty where the body is no JSON. */
  input: Record<string, any>;
  body: string;
  /** ARN of a resource of the service, in the call's region. */
  arn(rest: string): string;
  /** Whether the caller may call the operation on the resource. */
  plain(resource: string): Question;
}

/** What a service asks of IAM for a call. */
export type AccessQuestions = (call: AskedCall) => KeyQuestion[] | Promise<KeyQuestion[]>;
