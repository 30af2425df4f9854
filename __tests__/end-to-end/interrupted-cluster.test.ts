// A deploy that is ended at each step of the chain up to the second HSM.

import { testDeployThatEnds } from "./interrupted-deploy";

testDeployThatEnds("interrupted-cluster", [
  ["killed", "CreateVpc", 1],
  ["cut off", "CreateCluster", 1],
  ["interrupted", "CreateHsm", 1],
  ["killed", "InitializeCluster", 1],
  ["cut off", "hsm cluster-activate", 1],
  ["killed", "hsm user-create", 1],
  ["killed", "CreateHsm", 2],
]);
