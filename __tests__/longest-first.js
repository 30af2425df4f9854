// The order of test files: what takes longest begins first, also where jest has not measured yet.

const Sequencer = require("@jest/test-sequencer").default;
const { basename } = require("node:path");

/** The AWS provider waits ten minutes in the first; then those that deploy from nothing, while the reference deployments are made. */
const LONGEST = [
  "file-system-destroy",
  "verify", // each claim, then a refutation of each
  "interrupted-storage",
  "interrupted-cluster",
  "disaster",
  "provider-storage",
  "volume-backups", // the AWS provider waits three minutes after each change of a volume
  "examples",
  "life",
  "first-hsm",
  "command", // the package's: from init to destroy
  "signing",
  "deploys-beside",
  "provider-hsms",
  "none-by-night",
  "schedule",
  "lost-cluster",
  "runbook",
  "hsms",
  "users",
  "backups",
  "existing-cluster", // an HSM that may not go is waited for until the function has no time left
  "killed",
  "month",
  "key-store",
  "crypto-users",
];

const rank = ({ path }) => {
  const at = LONGEST.indexOf(basename(path, ".test.ts"));
  return at < 0 ? LONGEST.length : at;
};

module.exports = class extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((a, b) => rank(a) - rank(b));
  }
};
