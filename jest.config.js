// Three suites: `unit` needs nothing, `emulator` the Python packages, `end-to-end` Terraform and its providers too.

const suite = (displayName, folders, more = {}) => ({
  displayName,
  rootDir: __dirname,
  testEnvironment: "node",
  testMatch: folders.map((folder) => `<rootDir>/__tests__/${folder}/**/*.test.ts`),
  // swc compiles without checking types, in a fraction of ts-jest's time; `npm run check` checks them.
  transform: { "^.+\\.ts$": "@swc/jest" },
  ...more,
});

module.exports = {
  projects: [
    suite("unit", ["constructs", "main", "examples"]),
    suite("emulator", ["emulator"], { setupFiles: ["reflect-metadata"] }),
    suite("end-to-end", ["end-to-end"]),
  ],
};
