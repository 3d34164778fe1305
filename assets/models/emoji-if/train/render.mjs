// Render the icons of concepts.json as 96x96 RGBA (or another size), into one raw file with an index.
//
//   node render.mjs --icons <folder with node_modules> --out <data folder> [--side 96]
//
// Writes icons.u8 (n x side x side x 4, straight alpha) and icons.json ([{concept, set, icon}]).
// "people", "hats" and "glasses" are parts for composed scenes, not concepts.
import { createRequire } from "node:module";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

const SETS = ["noto", "noto-v1", "twemoji", "fluent-emoji", "fluent-emoji-flat", "emojione", "fxemoji", "streamline-emojis", "flat-color-icons"];
const PARTS = {
  people: ["person-standing", "man-standing", "woman-standing", "person-in-lotus-position", "woman-dancing", "man-dancing", "man-walking", "woman-walking"],
  hats: ["top-hat", "billed-cap", "tophat", "billedcap"],
  glasses: ["glasses", "eyeglasses"],
};

const { values } = parseArgs({
  options: {
    icons: { type: "string", default: "." },
    out: { type: "string", default: "data" },
    side: { type: "string", default: "96" },
  },
});
const SIZE = Number(values.side);
const require = createRequire(join(resolve(values.icons), "package.json"));
const sharp = require("sharp");
const concepts = JSON.parse(readFileSync(new URL("concepts.json", import.meta.url), "utf8"));
const wanted = [...Object.entries(concepts), ...Object.entries(PARTS).map(([name, icons]) => [name, { icons }])];

/** FxEmoji writes names in one word; Streamline numbers its variants. */
const spellings = (name) => [name, name.replaceAll("-", "")].flatMap((n) => [n, `${n}-1`, `${n}-2`, `${n}-3`]);

const rows = [];
const pictures = [];
for (const set of SETS) {
  const data = require(`@iconify-json/${set}/icons.json`);
  for (const [concept, { icons, except = [] }] of wanted) {
    const drawn = new Set();
    for (const name of icons.flatMap(spellings)) {
      const key = data.aliases?.[name] ? data.aliases[name].parent : name;
      const icon = data.icons[key];
      if (!icon || drawn.has(key) || except.includes(`${set}:${name}`)) continue;
      drawn.add(key);
      const width = icon.width ?? data.width ?? 16;
      const height = icon.height ?? data.height ?? 16;
      const box = `${icon.left ?? data.left ?? 0} ${icon.top ?? data.top ?? 0} ${width} ${height}`;
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}" viewBox="${box}">${icon.body}</svg>`;
      const density = (72 * SIZE * 2) / Math.max(width, height); // rendered at twice the size and scaled down
      const pixels = await sharp(Buffer.from(svg), { density: Math.min(density, (900 * SIZE) / 96) })
        .resize(SIZE, SIZE, { fit: "contain", background: { r: 0, g: 0, b: 0, alpha: 0 } })
        .ensureAlpha()
        .raw()
        .toBuffer();
      if (pixels.length !== SIZE * SIZE * 4) throw new Error(`${set}:${name} is not square`);
      rows.push({ concept, set, icon: name });
      pictures.push(pixels);
    }
  }
}
mkdirSync(values.out, { recursive: true });
writeFileSync(join(values.out, "icons.u8"), Buffer.concat(pictures));
writeFileSync(join(values.out, "icons.json"), JSON.stringify(rows));
for (const [concept] of wanted) {
  const mine = rows.filter((r) => r.concept === concept);
  console.log(concept.padEnd(14), mine.length, "pictures,", new Set(mine.map((r) => r.set)).size, "sets");
}
console.log(rows.length, "pictures");
