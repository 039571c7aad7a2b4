// OpenAI's own library for Node.js against the HTTP API, with the shapes that LibreChat sends; ends with 1 where one fails.
import assert from "node:assert/strict";
import OpenAI, { toFile } from "openai";

let requests = 0;
const counting = (url, options) => {
  requests += 1;
  return fetch(url, options);
};
const client = new OpenAI({ baseURL: process.argv[2], apiKey: process.argv[3], fetch: counting });
const shape = { prompt: "a lighthouse at dusk", n: 1, quality: "auto", size: "auto", background: "auto", output_format: "png" };

const models = [];
for await (const model of client.models.list()) models.push(model.id);
assert.deepEqual(models, ["flux-2-pro", "gpt-image-2"]);

const drawn = await client.images.generate({ ...shape, model: "flux-2-pro" });
const png = Buffer.from(drawn.data[0].b64_json, "base64");
assert.equal(png.subarray(1, 4).toString(), "PNG");
assert.equal(drawn.imgmodels.model, "flux-2-pro");

const image = await toFile(png, "image.png", { type: "image/png" });
const edited = await client.images.edit({ ...shape, model: "gpt-image-2", image: [image, image] });
assert.equal(edited.imgmodels.model, "gpt-image-2");

requests = 0;
await assert.rejects(client.images.generate({ ...shape, model: "gpt-image-1" }), (error) => {
  assert.ok(error instanceof OpenAI.PermissionDeniedError);
  assert.match(error.message, /not enabled/);
  assert.equal(error.code, "model_not_enabled");
  return true;
});
assert.equal(requests, 1, "a refusal is sent once");

await assert.rejects(client.images.generate({ ...shape, model: "no-such-model" }), OpenAI.NotFoundError);
const stranger = new OpenAI({ baseURL: process.argv[2], apiKey: "imgm_wrong" });
await assert.rejects(stranger.models.list(), OpenAI.AuthenticationError);
console.log(`openai for Node.js: ${models.length} models, 2 images, 3 refusals as they should be`);
