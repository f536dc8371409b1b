// Content steering: players use the service location that the steering server says, and change it when it says another one.
//
//   node test/browser/run.mjs steering
//
// STREAM names the stream.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { baseURL, firstStream, until, videoState } from "./browser.mjs";
import { onStage, starters as all } from "./players.mjs";

/** rx-player does not know content steering with DASH's parameters. */
const starters = { dashjs: all.dashjs, shaka: all.shaka };

const base = baseURL();

const stream = await firstStream();

function decide(session, priority) {
  return fetch(`${base}/api/v1/steering/${session}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ priority }),
  });
}

/** Where the media segments of a page came from, in order: a letter each. */
function watch(page) {
  const seen = { media: [], steering: [] };
  page.on("response", (response) => {
    const url = new URL(response.url());
    const place = url.pathname.match(/^\/cdn\/(\w+)\/.*\.m4s$/)?.[1];
    if (place) {
      seen.media.push(url.searchParams.get("location") ?? place);
    }
    if (url.pathname.startsWith("/steering/")) {
      seen.steering.push(url.searchParams);
    }
  });
  return seen;
}

describe("players and content steering", { concurrency: 1 }, () => {
  const stage = onStage(starters);

  async function play(player, query, follow) {
    const page = await stage.page();
    const seen = watch(page);
    try {
      await stage.play(page, player, `${base}/dash/live/${encodeURIComponent(stream)}/manifest.mpd?${query}`);
      await until("the first picture", async () => {
        const state = await videoState(page);
        return state.ready >= 2 && state.time > 0 && !state.seeking;
      });
      await follow(seen, page);
      assert.deepEqual(await page.evaluate(() => window.said), [], "the player said");
      assert.deepEqual(page.faults, []);
      return seen;
    } finally {
      await page.context().close();
    }
  }

  for (const player of Object.keys(starters)) {
    test(`${player} goes where the API says`, { timeout: 120_000 }, async (t) => {
      const session = `browser-${player}`;
      const query = `cdns=a,b&steer=on&steerttl=2&steerbefore=1&session=${session}&segdur=2&depth=60`;
      const seen = await play(player, query, async (seen) => {
        await until("two segments", () => seen.media.length >= 2);
        assert.ok(
          seen.media.every((place) => place === "a"),
          `before: ${seen.media}`,
        );
        const answer = await decide(session, ["b", "a"]);
        assert.equal(answer.status, 200, await answer.text());
        const turned = await until("a segment from b", () => seen.media.indexOf("b") + 1, 20_000);
        await until("four more", () => seen.media.length >= turned + 4, 20_000);
        assert.ok(
          seen.media.slice(turned + 1).every((place) => place === "b"),
          `after: ${seen.media}`,
        );
      });
      t.diagnostic(`media from ${seen.media.join("")}, ${seen.steering.length} questions`);
      const record = await (await fetch(`${base}/api/v1/steering/${session}`)).json();
      t.diagnostic(JSON.stringify(record));
      assert.ok(record.asked >= 3, "questions");
    });
  }

  test("dashjs follows a schedule", { timeout: 120_000 }, async (t) => {
    const query = "cdns=a,b&steer=a:6,b:6&steerttl=2&steerbefore=1&session=browser-schedule&segdur=2&depth=60";
    const seen = await play("dashjs", query, async (seen) => {
      await until("both", () => new Set(seen.media).size === 2, 25_000);
      const first = seen.media.length;
      await until("turn again", () => new Set(seen.media.slice(first)).size === 2, 30_000);
    });
    t.diagnostic(`media from ${seen.media.join("")}`);
    assert.ok(
      seen.steering.some((asked) => /^"[ab](,[ab])?"$/.test(asked.get("_DASH_pathway") ?? "")),
      "the player says what it uses",
    );
  });

  test("dashjs takes a clone of a pathway", { timeout: 120_000 }, async (t) => {
    // The clone's host is this one too: only its name says that it is another.
    const query = `cdns=a,b&clones=copy:a:${new URL(base).host}&steer=copy:600&steerttl=2&steerbefore=1&session=browser-clone&segdur=2&depth=60`;
    const seen = await play("dashjs", query, async (seen) => {
      await until("segments of the clone", () => seen.media.filter((place) => place === "copy").length >= 4, 30_000);
    });
    t.diagnostic(`media from ${seen.media.join(" ")}`);
  });
});
