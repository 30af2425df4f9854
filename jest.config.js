// Four suites: `unit` needs nothing, `emulator` and `operator` the Python packages, `end-to-end` Terraform and its providers too.

const { execFileSync } = require("node:child_process");

// The programs that tests start; nothing where they are as the sources say.
execFileSync(`${__dirname}/scripts/lib/build-for-tests`, { stdio: "inherit" });

const suite = (displayName, folders, more = {}) => ({
  displayName,
  rootDir: __dirname,
  testEnvironment: "node",
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/.local/"], // the built package has this one's name
  testMatch: folders.map((folder) => `<rootDir>/${folder}/**/*.test.ts`),
  // swc compiles without checking types, in a fraction of ts-jest's time; `npm run check` checks them.
  transform: { "^.+\\.ts$": "@swc/jest" },
  ...more,
});

module.exports = {
  // For what hangs. A test that deploys, or kills a function at each of its calls, takes three times as long on a busy machine.
  testTimeout: 45 * 60_000,
  // Each file that a worker has run leaves something behind; two of them shall not take the memory of a small machine.
  workerIdleMemoryLimit: "200MB",
  testSequencer: "<rootDir>/__tests__/longest-first.js",
  projects: [
    suite(
      "unit",
      [
        "__tests__/certificate-checks",
        "__tests__/command",
        "__tests__/constructs",
        "__tests__/themes",
        "__tests__/main",
        "__tests__/examples",
        "__tests__/lambda-runtime",
        "__tests__/upgrades",
      ],
      { setupFiles: ["<rootDir>/__tests__/cheap-synth.js"] },
    ),
    suite("emulator", ["emulator/conformance"], { setupFiles: ["reflect-metadata"] }),
    suite("operator", ["__tests__/operator"], { setupFiles: ["reflect-metadata"] }),
    suite("end-to-end", ["__tests__/end-to-end", "__tests__/package"]),
  ],
};
