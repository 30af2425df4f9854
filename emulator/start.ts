// Puts the local cloud together; tests start it the same way as the command line does.

import { join, resolve } from "node:path";
import { Credentials } from "./access/credentials";
import { Cloud } from "./cloud";
import { makeRoots } from "./cloudhsm/certificates";
import { Context } from "./context";
import { Functions } from "./lambda/functions";
import { loadModel, regionsOf } from "./models";
import { Moto } from "./moto";
import { buildServer } from "./server";

export interface Settings {
  host: string;
  /** 0 takes a free port. */
  port: number;
  /** AWS's working times are divided by it. */
  speed: number;
  /** Where code is unpacked and runs. */
  folder: string;
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
  const cloud = new Cloud(settings.speed);
  const [moto, roots] = await Promise.all([
    Moto.start(settings.python, settings.motoLog),
    makeRoots(cloud.now()),
  ]);
  const context: Context = {
    cloud,
    moto,
    roots,
    credentials: new Credentials(),
    regions: regionsOf(moto.modelFolder, "cloudhsmv2"),
    connectionErrorCodes: loadModel(moto.modelFolder, "kms").shapes.ConnectionErrorCodeType.enum!,
  };
  let functions: Functions | undefined;
  try {
    const server = await buildServer(context, () => functions!);
    const url = await server.listen({ host: settings.host, port: settings.port });
    functions = new Functions(context, resolve(join(settings.folder, "lambda")), url);
    return {
      url,
      stop: async () => {
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
