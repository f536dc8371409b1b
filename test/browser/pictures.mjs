// Takes the pictures of docs/img again, of a running server with film on it, on a machine that does nothing else:
//
//   dashwright serve ~/Videos &
//   BASE_URL=http://127.0.0.1:8080 STREAM=big-buck-bunny node test/browser/pictures.mjs [name ...]
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { baseURL, firstStream, launch, open } from "./browser.mjs";

const folder = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "docs", "img");
const desk = { viewport: { width: 1280, height: 960 } };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const base = baseURL();
const stream = await firstStream();
const film = `/dash/live/${stream}/manifest.mpd`;

const wait = (seconds) => (page) => page.waitForTimeout(seconds * 1000);

/** By file: the address, how the browser is, and what is done before the picture is taken. */
const pictures = {
  streams: ["/", desk, wait(3)],
  "streams-dark": ["/", { ...desk, colorScheme: "dark" }, wait(3)],
  stream: [
    `/streams/${stream}`,
    desk,
    async (page) => {
      await page.mouse.move(640, 500); // somebody is there
      await page.waitForTimeout(3000);
    },
  ],
  "stream-phone": [`/streams/${stream}`, phone, wait(3)],
  "stream-plots": [
    `/streams/${stream}?zoom=7.5-12.5`,
    desk,
    async (page) => {
      await page.getByRole("heading", { name: "Over time" }).evaluate((heading) => heading.scrollIntoView());
      await page.waitForTimeout(3000);
    },
  ],
  build: [`/build?url=${encodeURIComponent(`${film}?timeline=number&depth=60&periods=60`)}`, desk, wait(5)],
  reference: ["/reference/options", desk, wait(1)],
  players: [`/play?player=all&url=${encodeURIComponent(`${film}?chunkdur=0.5&events=ping`)}#events`, { viewport: { width: 1280, height: 2440 } }, wait(33)],
  "player-error": [
    `/play?player=shaka&url=${encodeURIComponent(`/dash/vod/${stream}/manifest.mpd?fault=manifest:503,retry=10`)}#requests`,
    { viewport: { width: 1280, height: 1600 }, colorScheme: "dark" },
    wait(4),
  ],
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !pictures[name]);
if (unknown.length > 0) {
  throw new Error(`no such picture: ${unknown.join(", ")}; there are ${Object.keys(pictures).join(", ")}`);
}
const browser = await launch();
try {
  for (const [name, [address, options, before]] of Object.entries(pictures)) {
    if (wanted.length > 0 && !wanted.includes(name)) {
      continue;
    }
    const page = await open(browser, base, options);
    await page.goto(base + address);
    await before(page);
    await page.screenshot({ path: join(folder, `${name}.png`) });
    await page.context().close();
    console.log(name);
  }
} finally {
  await browser.close();
}
