// A local state that a kill cut off is not a state without resources.

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { forgetKeptState, restoreState } from "../../command/app/kept-state";

const KEEPER = join(__dirname, "../../.local/js/command/app/kept-state.js");

let folder: string;
let state: string;
let said: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "safe-storage-state-"));
  state = join(folder, "terraform.tfstate");
  said = "";
  jest.spyOn(process.stderr, "write").mockImplementation((text) => Boolean((said += text)));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const whole = (serial: number): string => JSON.stringify({ lineage: "l", serial });
const serialOf = (file: string): number | undefined =>
  existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).serial : undefined;

/** Two states, each written once the one before is kept; then a third, which is `cut`, and a kill. */
async function killedDeploy(cut: string): Promise<void> {
  const keeper = spawn(process.execPath, [
    "-e",
    `require(${JSON.stringify(KEEPER)}).keepState(${JSON.stringify(state)})`,
  ]);
  for (const serial of [1, 2]) {
    writeFileSync(state, whole(serial), { mode: 0o600 });
    while (serialOf(`${state}.kept`) !== serial) await sleep(50);
  }
  await sleep(20); // a later time of change
  writeFileSync(state, cut);
  await sleep(500);
  const ended = new Promise((resolve) => keeper.once("exit", resolve));
  keeper.kill("SIGKILL");
  await ended;
}

test.each(["", '{"lineage": "l", "ser'])(
  "a state cut off as «%s» is replaced by the newest whole one",
  async (cut) => {
    await killedDeploy(cut);
    restoreState(state);
    expect(said).toContain("was cut off by a kill");
    expect(serialOf(state)).toBe(2);
  },
);

test("a complete state is left as it is, and a deleted one is not restored", async () => {
  await killedDeploy(whole(3));
  restoreState(state);
  expect(said).toBe("");
  expect(serialOf(state)).toBe(3);
  rmSync(state);
  restoreState(state);
  expect(existsSync(state)).toBe(false);
});

test("the copy is as private as the state, and is deleted after a successful deploy", async () => {
  await killedDeploy("");
  expect(statSync(`${state}.kept`).mode & 0o777).toBe(0o600);
  forgetKeptState(state);
  expect([".kept", ".new"].filter((end) => existsSync(state + end))).toEqual([]);
});
