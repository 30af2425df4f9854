// A picture of the review as an SVG file of its own, for documents.

import { COLOURS, PICTURE_STYLE } from "./style";

/** With the colours that the page gives it otherwise, in light and in dark. */
export const standalone = (svg: string): string =>
  `${svg.replace("<defs>", `<style>${COLOURS}${PICTURE_STYLE}svg { background: var(--paper); }</style>\n<defs>`)}\n`;
