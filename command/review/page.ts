// The review as one HTML file that needs nothing else.

import MarkdownIt from "markdown-it"; // the Markdown parser that most of npm's tools are built on
import { architecturePicture, escaped, Marks } from "./picture";
import { Chapter, markdownOf, pictureOf } from "./markdown";
import { STYLE } from "./style";
import { timelinePicture } from "./timeline-picture";

export async function pageOf(chapters: Chapter[]): Promise<string> {
  const pictures = await picturesOf(chapters);
  const markdown = new MarkdownIt({ html: false, linkify: false });
  const headings: { level: number; text: string; id: string }[] = [];
  // GitHub draws these blocks; here their pictures are there already.
  markdown.renderer.rules.fence = (tokens, i) => {
    const name = tokens[i].content.split("\n")[0];
    return `<figure tabindex="0" role="group" aria-label="${escaped(name.slice(3))}">${pictures.get(name) ?? ""}</figure>\n`;
  };
  markdown.renderer.rules.table_open = () =>
    '<div class="table" tabindex="0" role="group" aria-label="table"><table>\n';
  markdown.renderer.rules.table_close = () => "</table></div>\n";
  markdown.renderer.rules.th_open = () => '<th scope="col">';
  markdown.renderer.rules.heading_open = (tokens, i) => {
    const { tag } = tokens[i];
    const text = tokens[i + 1].content;
    const id = idOf(
      text,
      headings.map((h) => h.id),
    );
    headings.push({ level: Number(tag[1]), text, id });
    return `<${tag} id="${id}">`;
  };
  const body = markdown.render(markdownOf(chapters));
  const contents = headings
    .filter(({ level }) => level === 2 || level === 3)
    .map(({ level, text, id }) => `<li class="level-${level}"><a href="#${id}">${escaped(text)}</a></li>`);
  const title = `Review of ${chapters.map(({ review }) => review.stack).join(", ")}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<nav aria-label="Contents"><ul>${contents.join("")}</ul></nav>
<main id="content">
${body}</main>
</body>
</html>
`;
}

function idOf(text: string, taken: string[]): string {
  const id = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  let unique = id;
  for (let i = 2; taken.includes(unique); i++) unique = `${id}-${i}`;
  return unique;
}

/** By the first line of the block in whose place each stands. */
async function picturesOf(chapters: Chapter[]): Promise<Map<string, string>> {
  const pictures = new Map<string, string>();
  for (const { review, changes = [] } of chapters) {
    const { stack, architecture, deploy, destroy } = review;
    const marks: Marks = Object.fromEntries(changes.map(({ address, action }) => [address, action]));
    pictures.set(
      pictureOf(stack, "architecture"),
      await architecturePicture(
        architecture,
        `Architecture of ${stack}; the table below says the same`,
        marks,
      ),
    );
    pictures.set(
      pictureOf(stack, "deploy"),
      timelinePicture(deploy, `Steps of a deploy of ${stack}; the table below says the same`),
    );
    pictures.set(pictureOf(stack, "destroy"), timelinePicture(destroy, `Steps of a destroy of ${stack}`));
  }
  return pictures;
}
