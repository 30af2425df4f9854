// A state written by a released version is deployed by this one without replacing what holds keys, data or names.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { addressesInState } from "./addresses";

const releases = readdirSync(__dirname).filter((name) => name.endsWith(".json"));
const present = addressesInState();

test("the package's version has its addresses frozen", () => {
  const { version } = JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8"));
  expect(releases).toContain(`${version}.json`);
});

describe.each(releases)("of version %s", (release) => {
  const released: Record<string, object> = JSON.parse(readFileSync(join(__dirname, release), "utf8"));

  test.each(Object.entries(released))(
    "%s is where it was, with what cannot change",
    (address, attributes) => {
      expect(present[address]).toEqual(attributes);
    },
  );
});
