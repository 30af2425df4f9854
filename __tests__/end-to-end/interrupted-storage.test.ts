// A deploy that is ended at each step of the chain from the key store to the volume.

import { testDeployThatEnds } from "./interrupted-deploy";

testDeployThatEnds("interrupted-storage", [
  ["killed", "CreateCustomKeyStore", 1],
  ["killed", "ConnectCustomKeyStore", 1],
  ["killed", "CreateKey", 3], // the first two are for the flow log and for the operator's secrets
  ["cut off", "CreateFileSystem", 1],
  ["killed", "CreateStorageVirtualMachine", 1],
  ["killed", "CreateVolume", 1],
]);
