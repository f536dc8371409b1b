// Pages that hold one player and nothing else, and a server for them.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { after, before } from "node:test";
import { baseURL, launch, open, require } from "./browser.mjs";

/** How each player is told to play a url in the element video; what it complains of goes into the array said. */
export const starters = {
  dashjs: `
    const player = dashjs.MediaPlayer().create();
    player.updateSettings({ debug: { logLevel: 1 } });
    player.on("error", (event) => said.push(JSON.stringify(event.error).slice(0, 300)));
    player.initialize(video, url, true);`,
  shaka: `
    shaka.polyfill.installAll();
    const player = new shaka.Player();
    player.addEventListener("error", (event) => said.push("shaka " + event.detail.code + " " + event.detail.data));
    player.attach(video).then(() => player.load(url)).then(() => video.play())
      .catch((error) => said.push("shaka " + error.code + " " + error.data));`,
  rxplayer: `
    const player = new RxPlayer({ videoElement: video });
    for (const kind of ["error", "warning"]) {
      player.addEventListener(kind, (error) => said.push("rx " + kind + " " + error.code + " " + error.message));
    }
    player.loadVideo({ url, transport: "dash", autoPlay: true });`,
};

/** The libraries as their packages ship them; rx-player comes as modules, which are bundled. */
async function libraries() {
  const { build } = require("esbuild");
  const rx = await build({
    stdin: {
      contents: `import RxPlayer from "rx-player"; globalThis.RxPlayer = RxPlayer;`,
      resolveDir: new URL("../../web", import.meta.url).pathname,
    },
    bundle: true,
    format: "iife",
    write: false,
  });
  const packaged = (path) => readFile(new URL(`../../web/node_modules/${path}`, import.meta.url), "utf8");
  return {
    dashjs: await packaged("dashjs/dist/modern/umd/dash.all.min.js"),
    shaka: await packaged("shaka-player/dist/shaka-player.compiled.js"),
    rxplayer: rx.outputFiles[0].text,
  };
}

function pageOf(player, starter) {
  return `<!doctype html><title>${player}</title><link rel="icon" href="data:,">
    <video muted playsinline width="320"></video><script src="/${player}.js"></script><script>
    const said = window.said = [], video = document.querySelector("video");
    video.addEventListener("error", () => said.push("media " + video.error.message));
    window.start = (url) => { ${starter} };</script>`;
}

/** A server on another port than the media's: what plays here has its CORS headers right. */
async function serve(starters) {
  const libs = await libraries();
  const server = createServer((request, response) => {
    const [, player, script] = request.url.match(/^\/(\w+)(\.js)?$/) ?? [];
    if (!(player in starters)) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader("content-type", script ? "text/javascript" : "text/html; charset=utf-8");
    response.end(script ? libs[player] : pageOf(player, starters[player]));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/**
 * Within describe: a browser, and a server of pages with one player each. starters has for each player what its
 * page does to play a url in the element video; complaints go into the array said.
 */
export function onStage(starters) {
  let browser;
  let server;
  before(async () => {
    browser = await launch();
    server = await serve(starters);
  });
  after(async () => {
    await browser?.close();
    server?.close();
  });
  const own = () => `http://127.0.0.1:${server.address().port}`;
  const enter = (page, player) => page.goto(`${own()}/${player}`);
  return {
    /** An empty page: whoever wants to see all that a player asks for listens before it enters. */
    page: () => open(browser, baseURL(), { own: own() }),
    enter,
    async play(page, player, url) {
      await enter(page, player);
      await page.evaluate((manifest) => window.start(manifest), url);
    },
  };
}
