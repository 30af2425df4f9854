// Starts the local cloud in the foreground: `main.js --port 4566`.

import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { startLocalCloud } from "./start";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "4566" },
    host: { type: "string", default: "127.0.0.1" },
    speed: { type: "string", default: "600" },
    pessimistic: { type: "boolean", default: false },
    state: { type: "string" },
    folder: { type: "string", default: ".local/cloud" },
    python: { type: "string", default: ".venv/bin/python" },
  },
});

async function main(): Promise<void> {
  mkdirSync(values.folder, { recursive: true });
  const cloud = await startLocalCloud({
    host: values.host,
    port: Number(values.port),
    speed: Number(values.speed),
    pessimistic: values.pessimistic,
    state: values.state,
    folder: values.folder,
    python: values.python,
    motoLog: resolve(values.folder, "moto.log"),
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.on(signal, () => void cloud.stop().then(() => process.exit(0)));
  console.log(`The local cloud is ready at ${cloud.url}`);
}

main().catch((error: Error) => {
  console.error(`local cloud: ${error.message}`);
  process.exit(1);
});
