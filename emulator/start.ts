// Puts the local cloud together; tests start it the same way as the command line does.

import { join, resolve } from "node:path";
import { Credentials } from "./access/credentials";
import { Cloud } from "./core/cloud";
import { cloudHsmQuestions } from "./cloudhsm/access";
import { makeRoots } from "./cloudhsm/certificates";
import { Metrics } from "./cloudwatch/metrics";
import { Context } from "./core/context";
import { fsxQuestions } from "./fsx/access";
import { kmsQuestions } from "./kms/access";
import { Lookups } from "./moto/lookups";
import { Functions } from "./lambda/functions";
import { loadModel, regionsOf } from "./http/models";
import { Moto } from "./moto/moto";
import { Persistence } from "./testing/persistence";
import { secretsManagerQuestions } from "./secrets-manager/access";
import { buildServer } from "./http/server";
import { snsQuestions } from "./sns/access";

export interface Settings {
  host: string;
  /** 0 takes a free port. */
  port: number;
  /** AWS's working times are divided by it. */
  speed: number;
  /** AWS takes as long as anybody has reported. @default false: as long as it usually does */
  pessimistic?: boolean;
  /** Where code is unpacked and runs. */
  folder: string;
  /** Keeps the state in this folder, and takes up what is there. @default nothing is kept */
  state?: string;
  /** The Python that has moto. */
  python: string;
  motoLog: string;
}

export interface LocalCloud {
  url: string;
  stop: () => Promise<void>;
}

export async function startLocalCloud(settings: Settings): Promise<LocalCloud> {
  if (!(settings.speed > 0)) throw new Error(`--speed must be a number above 0, not ${settings.speed}`);
  const cloud = new Cloud(settings.speed, settings.pessimistic);
  const [moto, roots] = await Promise.all([
    Moto.start(settings.python, settings.motoLog),
    makeRoots(cloud.now()),
  ]);
  const context: Context = {
    cloud,
    moto,
    roots,
    metrics: new Metrics(cloud),
    lookups: new Lookups(),
    credentials: new Credentials(),
    regions: regionsOf(moto.modelFolder, "cloudhsmv2"),
    accessQuestions: {
      cloudhsm: cloudHsmQuestions,
      fsx: fsxQuestions,
      kms: kmsQuestions,
      secretsmanager: secretsManagerQuestions,
      sns: snsQuestions,
    },
    connectionErrorCodes: loadModel(moto.modelFolder, "kms").shapes.ConnectionErrorCodeType.enum!,
  };
  const kept = resolve(settings.state ?? settings.folder);
  const workplace = resolve(join(settings.folder, "lambda"));
  let functions: Functions | undefined;
  const persistence = new Persistence(context, () => functions!, kept, settings.state !== undefined);
  try {
    const server = await buildServer(context, () => functions!, persistence);
    const url = await server.listen({ host: settings.host, port: settings.port });
    functions = new Functions(context, workplace, join(kept, "code"), url);
    await persistence.begin();
    return {
      url,
      stop: async () => {
        await persistence.end();
        functions?.stop();
        await server.close();
        moto.stop();
      },
    };
  } catch (error) {
    moto.stop();
    throw error;
  }
}
