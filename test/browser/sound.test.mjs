// Sound that browsers do not decode in DASH: the player page says so, and a server that is started with --aac converts it.
//
//   node test/browser/run.mjs sound
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { launch, open, serve, until } from "./browser.mjs";

describe("sound that this browser does not decode", { concurrency: 1 }, () => {
  let browser;
  let folder;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "dashwright-sound-"));
    const source = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=12", "-f", "lavfi", "-i", "sine=r=48000:d=12"];
    execFileSync("ffmpeg", ["-v", "error", "-nostdin", "-y", ...source, "-c:v", "libx264", "-bf", "0", "-g", "50", "-c:a", "libmp3lame", join(folder, "old.avi")]);
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Opens the film in a player of a server with these flags, and walks the page. */
  async function visit(player, flags, walk) {
    const server = await serve(folder, { ffmpeg: flags.length > 0 ? "" : "none", flags });
    try {
      await until("the film and its sound", async () => {
        const { streams } = await (await fetch(`${server.base}/api/v1/streams`)).json();
        return streams[0]?.tracks?.length === 2;
      });
      const page = await open(browser, server.base);
      try {
        await page.goto(`${server.base}/play/old?player=${player}`);
        await walk(page);
      } finally {
        await page.context().close();
      }
    } finally {
      await server.stop();
    }
  }

  const said = /cannot decode the sound \(mp4a\.6B\)/;

  test("what the page says of it", () =>
    visit("shaka", [], async (page) => {
      await until("the notice", () => page.getByText(/cannot decode the sound .* --aac/).isVisible());
      await until("the error", async () => said.test(await page.locator("[role=alert]").first().textContent()));
    }));

  for (const player of ["dashjs", "shaka", "rxplayer"]) {
    test(`${player} plays it as AAC`, { timeout: 60_000 }, () =>
      visit(player, ["--aac"], async (page) => {
        await until("some seconds of it", () => page.evaluate(() => (document.querySelector("video")?.currentTime ?? 0) > 3));
        assert.ok((await page.evaluate(() => document.querySelector("video").webkitAudioDecodedByteCount)) > 10_000, "sound is decoded");
        assert.ok(!(await page.getByText("cannot decode").first().isVisible()));
        assert.deepEqual(page.faults, []);
      }),
    );
  }
});
