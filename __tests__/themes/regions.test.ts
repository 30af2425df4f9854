// The list of regions is AWS's own: the endpoints of `cloudhsmv2` in botocore (data/endpoints.json).

import { execFileSync } from "node:child_process";
import { CLOUDHSM_REGIONS, regionOf } from "../../constructs";

test("CLOUDHSM_REGIONS is what botocore knows, without China, Secret regions and FIPS endpoints", () => {
  const print = `
import json
from botocore.loaders import Loader
data = Loader().load_data("endpoints")
print(json.dumps([r for p in data["partitions"] if p["partition"] in ("aws", "aws-us-gov")
  for r in p["services"].get("cloudhsmv2", {}).get("endpoints", {}) if "fips" not in r]))`;
  const known: string[] = JSON.parse(execFileSync(".venv/bin/python", ["-c", print], { encoding: "utf8" }));
  expect([...CLOUDHSM_REGIONS].sort()).toEqual(known.sort());
});

test.each([
  ["eu-central-1a", "eu-central-1"],
  ["us-gov-east-1b", "us-gov-east-1"],
  ["eu-central-1", undefined],
  ["use1-az4", undefined],
])("regionOf(%s) is %s", (zone, region) => expect(regionOf(zone)).toBe(region));
