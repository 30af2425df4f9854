// Bad input is refused at synth with the exact message; the table knows every prop of every construct.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { TerraformStack, TerraformVariable } from "cdktf";
import ts from "typescript";
import { Synthesized } from "../../scripts/lib/synthesize";
import { INPUT_ERRORS } from "../../input-errors";

const FOLDER = join(__dirname, "../../constructs");

/** Optional members without a default in their docstring. */
const withoutDefault: string[] = [];

/** What a prop takes, as far as wrong ones can be made of it. */
type Kind = "text" | "number" | "flag" | "texts" | "list" | "map" | "object";

/** All exported interfaces that a user fills, with their members, inherited ones included. */
function propsInterfaces(): Record<string, Record<string, Kind | undefined>> {
  const files = (readdirSync(FOLDER, { recursive: true }) as string[])
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(FOLDER, name));
  const program = ts.createProgram(files, { strict: true, skipLibCheck: true, module: ts.ModuleKind.Node16 });
  const checker = program.getTypeChecker();
  const found: Record<string, Record<string, Kind | undefined>> = {};
  const kindOf = (type: ts.Type): Kind | undefined => {
    const { flags } = (type = checker.getNonNullableType(type));
    const isAll = (wanted: ts.TypeFlags) =>
      flags & wanted || (type.isUnion() && type.types.every((t) => t.flags & wanted));
    if (isAll(ts.TypeFlags.StringLike)) return "text";
    if (isAll(ts.TypeFlags.NumberLike)) return "number";
    if (isAll(ts.TypeFlags.BooleanLike)) return "flag";
    if (checker.isArrayType(type)) {
      const member = kindOf(checker.getTypeArguments(type as ts.TypeReference)[0]);
      return member === "text" ? "texts" : member && "list";
    }
    if (checker.getIndexInfosOfType(type).length > 0) return "map";
    // What has methods, or is what other constructs want of one, is no JSON.
    const isConstruct =
      /^I[A-Z]/.test(type.symbol?.name ?? "") ||
      type.getProperties().some((p) => checker.getTypeOfSymbol(p).getCallSignatures().length > 0);
    return type.isUnion() || isConstruct ? undefined : "object";
  };
  // Events are no props: the operator's descriptions of its actions have them.
  for (const file of files.filter((f) => !f.endsWith("operator-events.ts")))
    ts.forEachChild(program.getSourceFile(file)!, (node) => {
      const isExported = (n: ts.InterfaceDeclaration) =>
        n.modifiers?.some((m) => m.kind === ts.SyntaxKind.ExportKeyword);
      if (!ts.isInterfaceDeclaration(node) || !isExported(node)) return;
      const type = checker.getTypeAtLocation(node);
      found[node.name.text] = Object.fromEntries(
        type.getProperties().map((p) => [p.name, kindOf(checker.getTypeOfSymbol(p))]),
      );
      // Settings of 0.1.0 are described where they are now.
      if (ts.getJSDocDeprecatedTag(node)) return;
      for (const property of type.getProperties())
        if (property.flags & ts.SymbolFlags.Optional)
          if (!property.getJsDocTags(checker).some((tag) => tag.name === "default"))
            withoutDefault.push(`${node.name.text}.${property.name}`);
    });
  return found;
}

const interfaces = propsInterfaces();

/** Props that this construct hands on to what another one makes, or that are not read beside those of the table. */
const SEEN_ELSEWHERE = new Set([
  "ExistingHsmNetwork.endpointSecurityGroupId",
  "ExistingHsmNetwork.routeTableIds",
  "RestoredHsmClusterProps.sourceClusterId",
  "RestoredHsmClusterProps.sourceAdminSecretKeyArn",
  "ExistingHsmClusterProps.trustAnchorSecretArn",
  "HsmUsersProps.passwordLength",
  "OntapFileSystemAttributes.fileSystemId",
  "OntapFileSystemAttributes.dnsName",
  "OntapFileSystemAttributes.securityGroupId",
  "AcmPcaSignerProps.validityDays",
  "AcmPcaSignerProps.signingAlgorithm",
]);

test("the table has every interface that a construct takes", () => {
  // Those that others are made of, and that are in the table as parts of these.
  const parts = [
    "ActiveDirectoryProps",
    "AwsProps",
    "NameProps",
    "HsmClusterBaseProps",
    "HsmSubnetProps",
    "HsmWindowsProps",
    "OntapPasswordsProps",
    "OntapSizeProps",
    "OntapVolumeProps",
    "OperatorFunctionProps",
    "ReplicationProps",
    "SnaplockProps",
    "StorageVirtualMachineProps",
  ];
  const taken = Object.keys(interfaces).filter((name) =>
    /Props$|Attributes$|^ExistingHsmNetwork$/.test(name),
  );
  expect(Object.keys(INPUT_ERRORS).sort()).toEqual(taken.filter((name) => !parts.includes(name)).sort());
});

test("every optional prop says its default", () => {
  expect(withoutDefault).toEqual([]);
});

describe.each(Object.entries(INPUT_ERRORS))("%s", (name, { make, wrong, free = {} }) => {
  test("every prop has wrong values in the table, or a reason why none is", () => {
    const known = [...Object.keys(wrong), ...Object.keys(free)];
    expect(known.sort()).toEqual(Object.keys(interfaces[name]).sort());
  });

  test("takes what is right", () => {
    expect(() => new Synthesized((stack) => void make(stack, {}))).not.toThrow();
  });

  const cases = Object.entries(wrong).flatMap(([prop, values]) =>
    values.map(([value, message]): [string, string, unknown] => [prop, message, value]),
  );
  if (cases.length > 0)
    test.each(cases)("%s: %s", (prop, message, value) => {
      let thrown = "nothing";
      try {
        new Synthesized((stack) => void make(stack, { [prop]: value }));
      } catch (error) {
        thrown = (error as Error).message;
      }
      // What a file's reader says stands in brackets at the end.
      if (message.endsWith("(")) expect(thrown).toContain(message);
      else expect(thrown).toBe(message);
    });

  /** What is said where the props are these. */
  const saidOf = (changes: (stack: TerraformStack) => object): { message?: string; json?: string } => {
    try {
      return { json: JSON.stringify(new Synthesized((stack) => void make(stack, changes(stack)))["json"]) };
    } catch (error) {
      return { message: (error as Error).message };
    }
  };
  const props = Object.entries(interfaces[name]).filter(([prop]) => !["provider", "network"].includes(prop));
  const lists = props.filter(([, kind]) => ["texts", "list", "map", "object"].includes(kind!));
  if (lists.length > 0)
    // In JSON anything may stand anywhere; no compiler has seen it.
    test.each(lists)("%s of another kind is refused in words", (prop, kind) => {
      const others = {
        texts: [{}, "x", 1, [null]],
        list: [{}, "x", 1, [null]],
        map: [[], "x", 1, { a: null }],
        object: [[], "x", 1],
      };
      for (const value of others[kind as keyof typeof others]) {
        const { message } = saidOf(() => ({ [prop]: value }));
        expect([value, message]).toEqual([
          value,
          expect.stringMatching(/^test\/it\S*: .* (is|has) .*; it must be /),
        ]);
      }
    });

  const values = props.filter(
    ([prop, kind]) => kind !== undefined && kind !== "object" && !SEEN_ELSEWHERE.has(`${name}.${prop}`),
  );
  if (values.length > 0)
    test.each(values)(
      "%s that is known at deploy only arrives there, or is refused in words",
      (prop, kind) => {
        const variable = (stack: TerraformStack) => {
          const { stringValue, numberValue, listValue, value } = new TerraformVariable(stack, "later", {});
          const given = {
            text: stringValue,
            number: numberValue,
            flag: value,
            texts: listValue,
            list: listValue,
            map: value,
          };
          return given[kind as keyof typeof given];
        };
        const within = kind === "texts" ? [(stack: TerraformStack) => [variable2(stack)]] : [];
        for (const given of [variable, ...within]) {
          const { message, json } = saidOf((stack) => ({ [prop]: given(stack) }));
          if (message !== undefined) {
            expect(message).toMatch(/^test\/it\S*: \S+ is known at deploy only; it must be known at synth/);
            expect(message).not.toMatch(/TfToken|e\+/);
          } else if (prop !== "permissionsBoundary" || json!.includes('"aws_iam_role":{"it_'))
            expect(json).toContain("var.later");
        }
      },
    );
});

const variable2 = (stack: TerraformStack) => new TerraformVariable(stack, "later", {}).stringValue;
