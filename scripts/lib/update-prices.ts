// Writes constructs/schedule/hsm-price-table.ts from AWS's price list.
// Source of its form: «Reading the service price list file», AWS Price List documentation.

import { writeFileSync } from "node:fs";
import { HsmType } from "../../constructs/cluster/hsm-cluster";
import { CLOUDHSM_REGIONS } from "../../constructs/private/regions";

const LIST = process.env.PRICE_LIST_URL ?? "https://pricing.us-east-1.amazonaws.com";
const FILE = process.env.PRICE_TABLE ?? "constructs/schedule/hsm-price-table.ts";
/** Ends of usage types, which begin with a region's code. */
const USAGE: [HsmType, RegExp][] = [["hsm2m.medium", /CloudHSMv2Usage-hsm2m\.m$/]];

interface PriceList {
  publicationDate: string;
  products: Record<string, { attributes: { usagetype: string; operation: string } }>;
  terms: { OnDemand: Record<string, Record<string, { priceDimensions: Record<string, Dimension> }>> };
}
interface Dimension {
  pricePerUnit: { USD?: string };
}

async function main(): Promise<void> {
  const table: Record<string, Partial<Record<HsmType, number>>> = {};
  let asOf = "";
  for (const region of CLOUDHSM_REGIONS) {
    const answer = await fetch(`${LIST}/offers/v1.0/aws/CloudHSM/current/${region}/index.json`);
    if (!answer.ok) {
      console.error(`${region}: ${answer.status}, left out`);
      continue;
    }
    const list = (await answer.json()) as PriceList;
    table[region] = Object.fromEntries(
      USAGE.map(([type, usage]) => [type, priceOf(list, usage)]).filter(([, price]) => price !== undefined),
    );
    if (list.publicationDate > asOf) asOf = list.publicationDate;
  }
  if (!asOf) throw new Error(`${LIST} has no price of CloudHSM; the table stays as it is`);
  writeFileSync(
    FILE,
    `// Made by scripts/update-prices.

export const AS_OF = "${asOf.slice(0, 10)}";
export const SOURCE = "AWS's price list of CloudHSM";
export const USD_AN_HOUR = ${JSON.stringify(table)};
`,
  );
  console.log(`${FILE}: ${Object.keys(table).length} regions, as of ${asOf.slice(0, 10)}`);
}

function priceOf({ products, terms }: PriceList, usage: RegExp): number | undefined {
  for (const [sku, { attributes }] of Object.entries(products)) {
    if (!usage.test(attributes.usagetype) || attributes.operation !== "Hourly") continue;
    const dimensions = Object.values(terms.OnDemand[sku] ?? {}).flatMap((t) =>
      Object.values(t.priceDimensions),
    );
    const price = Math.max(...dimensions.map(({ pricePerUnit }) => Number(pricePerUnit.USD ?? 0)));
    if (price > 0) return price;
  }
  return undefined;
}

main().catch((error: Error) => {
  console.error(`update-prices: ${error.message}`);
  process.exitCode = 1;
});
