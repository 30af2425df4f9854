// Bad input is refused at synth with the exact message; the table knows every prop of every construct.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { Synthesized } from "./synthesize";
import { SUBJECTS } from "./wrong-values";

const FOLDER = join(__dirname, "../../constructs");

/** Optional members without a default in their docstring. */
const withoutDefault: string[] = [];

/** All exported interfaces that a user fills, with their members, inherited ones included. */
function propsInterfaces(): Record<string, string[]> {
  const files = readdirSync(FOLDER).map((name) => join(FOLDER, name));
  const program = ts.createProgram(files, { strict: true, skipLibCheck: true, module: ts.ModuleKind.Node16 });
  const checker = program.getTypeChecker();
  const found: Record<string, string[]> = {};
  for (const file of files)
    ts.forEachChild(program.getSourceFile(file)!, (node) => {
      const isExported = (n: ts.InterfaceDeclaration) =>
        n.modifiers?.some((m) => m.kind === ts.SyntaxKind.ExportKeyword);
      if (!ts.isInterfaceDeclaration(node) || !isExported(node)) return;
      const type = checker.getTypeAtLocation(node);
      found[node.name.text] = type.getProperties().map((p) => p.name);
      for (const property of type.getProperties())
        if (property.flags & ts.SymbolFlags.Optional)
          if (!property.getJsDocTags(checker).some((tag) => tag.name === "default"))
            withoutDefault.push(`${node.name.text}.${property.name}`);
    });
  return found;
}

const interfaces = propsInterfaces();

test("the table has every interface that a construct takes", () => {
  // Those that others are made of, and that are in the table as parts of these.
  const parts = [
    "AwsProps",
    "NameProps",
    "HsmClusterBaseProps",
    "HsmSubnetProps",
    "HsmWindowsProps",
    "MonitoringProps",
    "OntapVolumeProps",
    "OperatorFunctionProps",
    "ScheduleProps",
  ];
  const taken = Object.keys(interfaces).filter((name) =>
    /Props$|Attributes$|^ExistingHsmNetwork$/.test(name),
  );
  expect(Object.keys(SUBJECTS).sort()).toEqual(taken.filter((name) => !parts.includes(name)).sort());
});

test("every optional prop says its default", () => {
  expect(withoutDefault).toEqual([]);
});

describe.each(Object.entries(SUBJECTS))("%s", (name, { make, wrong, free = {} }) => {
  test("every prop has wrong values in the table, or a reason why none is", () => {
    const known = [...Object.keys(wrong), ...Object.keys(free)];
    expect(known.sort()).toEqual([...interfaces[name]].sort());
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
});
