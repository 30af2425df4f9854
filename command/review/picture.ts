// The architecture as SVG, laid out by ELK.

import ELK, { ElkExtendedEdge, ElkNode } from "elkjs/lib/elk.bundled.js"; // the layout library of the Eclipse Layout Kernel, for graphs in groups
import type { Architecture, Node } from "./architecture";

const LETTER = 7.2;
const LINE = 17;
const LAYOUT = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.hierarchyHandling": "INCLUDE_CHILDREN",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.padding": "[top=44,left=16,bottom=16,right=16]",
  "elk.spacing.nodeNode": "26",
  "elk.spacing.edgeLabel": "4",
  "elk.layered.spacing.nodeNodeBetweenLayers": "56",
  "elk.layered.spacing.edgeNodeBetweenLayers": "22",
  "org.eclipse.elk.json.shapeCoords": "ROOT",
  "org.eclipse.elk.json.edgeCoords": "ROOT",
};

/** What a node is marked as, such as `create` of a plan. */
export type Marks = Record<string, string>;

const widthOf = (...texts: string[]): number => Math.max(...texts.map((text) => text.length)) * LETTER + 24;

export async function architecturePicture(
  { nodes, edges }: Architecture,
  title: string,
  marks: Marks = {},
): Promise<string> {
  const childrenOf = (within: string | undefined): ElkNode[] =>
    nodes
      .filter((node) => node.within === within)
      .map((node) => {
        const children = childrenOf(node.id);
        const texts = [node.label, node.note ?? ""];
        return children.length > 0
          ? {
              id: node.id,
              children,
              layoutOptions: {
                "elk.padding": LAYOUT["elk.padding"],
                "elk.nodeSize.constraints": "MINIMUM_SIZE",
                "elk.nodeSize.minimum": `(${widthOf(...texts)},60)`,
              },
            }
          : { id: node.id, width: widthOf(...texts), height: node.note ? 48 : 34 };
      });
  const laidOut: ElkNode = await new ELK().layout({
    id: "root",
    layoutOptions: { ...LAYOUT, "elk.padding": "[top=8,left=8,bottom=8,right=8]" },
    children: childrenOf(undefined),
    edges: edges.map(({ from, to, label }, i) => ({
      id: `edge ${i}`,
      sources: [from],
      targets: [to],
      labels: [{ id: `label ${i}`, text: label, width: label.length * 6.4 + 8, height: 16 }],
    })),
  });
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const boxes: string[] = [];
  const draw = (item: ElkNode): void => {
    for (const child of item.children ?? []) {
      boxes.push(boxOf(child, byId.get(child.id)!, marks[child.id]));
      draw(child);
    }
  };
  draw(laidOut);
  const arrows = (laidOut.edges ?? []).map((edge) => arrowOf(edge));
  return svg(laidOut.width!, laidOut.height!, title, [
    ...boxes,
    ...arrows.map((a) => a.line),
    ...arrows.map((a) => a.text),
  ]);
}

function boxOf(
  { x = 0, y = 0, width = 0, height = 0, children = [] }: ElkNode,
  node: Node,
  mark?: string,
): string {
  const isGroup = children.length > 0;
  const lines = [node.label, ...(node.note ? [node.note] : [])];
  const middle = isGroup ? y + 18 : y + height / 2 - ((lines.length - 1) * LINE) / 2 + 4.5;
  const text = lines.map((line, i) => {
    const place = isGroup ? `x="${x + 12}"` : `x="${x + width / 2}" text-anchor="middle"`;
    return `<text class="${i === 0 ? "label" : "note"}" ${place} y="${(middle + i * LINE).toFixed(1)}">${escaped(line)}</text>`;
  });
  const kind = ["box", node.kind, ...(isGroup ? ["group"] : []), ...(mark ? [`mark-${mark}`] : [])].join(" ");
  return `<g class="${kind}">${mark ? `<title>${escaped(`${node.label}: ${mark}`)}</title>` : ""}<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>${text.join("")}</g>`;
}

function arrowOf({ sections = [], labels = [] }: ElkExtendedEdge): { line: string; text: string } {
  const path = sections
    .map(({ startPoint, bendPoints = [], endPoint }) =>
      [startPoint, ...bendPoints, endPoint]
        .map(({ x, y }, i) => `${i === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`)
        .join(""),
    )
    .join("");
  const text = labels.map(
    ({ x = 0, y = 0, width = 0, text: said = "" }) =>
      `<text class="edge-label" x="${(x + width / 2).toFixed(1)}" y="${(y + 12).toFixed(1)}" text-anchor="middle">${escaped(said)}</text>`,
  );
  return { line: `<path class="edge" d="${path}" marker-end="url(#arrow)"/>`, text: text.join("") };
}

/** With a name for screen readers; the table beside it says the same. */
export function svg(width: number, height: number, title: string, parts: string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}" width="${Math.ceil(width)}" height="${Math.ceil(height)}" role="img" aria-label="${escaped(title)}">`,
    `<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="head" d="M0 0L8 4L0 8z"/></marker></defs>`,
    ...parts,
    "</svg>",
  ].join("");
}

export const escaped = (text: string): string => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
