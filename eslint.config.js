const js = require("@eslint/js");
const tseslint = require("typescript-eslint");
const { importX } = require("eslint-plugin-import-x"); // finds circles of imports
const { createTypeScriptImportResolver } = require("eslint-import-resolver-typescript"); // for it

// Rooms of constructs/, from the ground up: each imports only from those below it, and through their doors (index.ts).
const ROOMS = [
  "private",
  "network",
  "operator",
  "signing",
  "cluster",
  "key-store",
  "storage",
  "users",
  "schedule",
  "backups",
  "monitoring",
  "safe-storage",
];
const rooms = ROOMS.map((room, floor) => ({
  files: [`constructs/${room}/**/*.ts`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          { regex: `^\\.\\./(${ROOMS.join("|")})/`, message: "Import through the room's door: ../ROOM." },
          {
            regex: "^\\.\\.?(/index)?$",
            message: "A room imports neither its own door nor the whole package.",
          },
          {
            regex: `^\\.\\./(${ROOMS.slice(floor).join("|")})$`,
            message: `${room} stands below: see the order of rooms in eslint.config.js.`,
          },
        ],
      },
    ],
  },
}));

module.exports = tseslint.config(
  { ignores: ["node_modules/", "dist/", "**/cdktf.out/", ".local/", ".venv/", "coverage/"] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    files: ["**/*.ts"],
    rules: {
      "@typescript-eslint/no-unused-vars": ["error", { varsIgnorePattern: "^_", argsIgnorePattern: "^_" }],
      // An interface of a construct's props, so that the reference lists them.
      "@typescript-eslint/no-empty-object-type": ["error", { allowInterfaces: "with-single-extends" }],
      // What AWS sends is checked by its models, not by the compiler.
      "@typescript-eslint/no-explicit-any": "off",
    },
  },
  {
    files: ["constructs/**/*.ts", "emulator/**/*.ts"],
    ignores: ["emulator/conformance/**"],
    plugins: { "import-x": importX },
    settings: {
      ...importX.flatConfigs.typescript.settings,
      "import-x/resolver-next": [createTypeScriptImportResolver()],
    },
    rules: { "import-x/no-cycle": ["error", { ignoreExternal: true }] },
  },
  {
    // A mistake of the product's must show in the local cloud, so that one reads nothing of the other.
    files: ["emulator/**/*.ts"],
    ignores: ["emulator/conformance/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              group: [
                "**/constructs/**",
                "**/lambda-runtime/**",
                "**/scripts/**",
                "**/certificate-checks/**",
              ],
              message: "The local cloud knows nothing of the product.",
            },
          ],
        },
      ],
    },
  },
  ...rooms,
  {
    files: ["**/*.mjs"],
    languageOptions: { globals: { process: "readonly", Buffer: "readonly", URL: "readonly" } },
  },
  {
    files: ["*.js", "__tests__/*.js", "command/bin.js", "emulator/index.js"],
    languageOptions: {
      globals: { require: "readonly", module: "writable", __dirname: "readonly", jest: "readonly" },
    },
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
);
