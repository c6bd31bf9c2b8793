// Runs encoder.onnx and decoder.onnx in Node.js and compares them with what vae itself computed. See README.md beside this file.
//
//     node check.mjs FOLDER IMAGES CODES.csv [RECONSTRUCTIONS.csv]

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as ort from 'onnxruntime-node';

// Of the largest number, or of 1: floats here and there, summed in another order. The worst of 7.8 million pixels was 1.05e-6.
const tolerance = 2e-6;
const atOnce = 1000;

// Images as numbers from 0 to 1, one after another: an IDX file, plain or .gz.
function readImages(path) {
  const file = readFileSync(path);
  const bytes = path.endsWith('.gz') ? gunzipSync(file) : file;
  const [count, rows, columns] = [4, 8, 12].map(place => bytes.readUInt32BE(place));
  return { count, features: rows * columns, pixels: Float32Array.from(bytes.subarray(16), byte => byte / 255) };
}

// The columns of a table whose names pass, one line after another.
function readTable(path, isWanted) {
  const [names, ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n').map(line => line.split(','));
  return lines.map(line => line.filter((_, column) => isWanted(names[column])).map(Number));
}

function report(name, expected, actual) {
  const [wanted, came] = [expected.flat(), actual];
  let [largest, worst] = [1, wanted.length === came.length ? 0 : Infinity];
  for (let i = 0; i < wanted.length; i++) {
    largest = Math.max(largest, Math.abs(wanted[i]));
    worst = Math.max(worst, Math.abs(wanted[i] - came[i]));   // NaN where one is
  }

  const passes = worst / largest <= tolerance;
  console.log(`${passes ? 'ok  ' : 'FAIL'} ${name}: ${expected.length} lines, largest difference ${(worst / largest).toExponential(2)}`);
  return passes;
}

const [folder, imagesPath, codesPath, reconstructionsPath] = process.argv.slice(2);
const encoder = await ort.InferenceSession.create(join(folder, 'encoder.onnx'));
const decoder = await ort.InferenceSession.create(join(folder, 'decoder.onnx'));
const images = readImages(imagesPath);
const labels = readTable(codesPath, name => name === 'label').flat();
const results = { mean: [], log_variance: [], x: [] };
for (let start = 0; start < images.count; start += atOnce) {
  const count = Math.min(atOnce, images.count - start);
  const pixels = images.pixels.slice(start * images.features, (start + count) * images.features);
  const label = new ort.Tensor('int64', BigInt64Array.from(labels.slice(start, start + count), BigInt), [count]);
  const given = encoder.inputNames.includes('label') ? { label } : {};
  const codes = await encoder.run({ x: new ort.Tensor('float32', pixels, [count, images.features]), ...given });
  const decoded = await decoder.run({ z: codes.mean, ...given });
  results.mean.push(...codes.mean.data);
  results.log_variance.push(...codes.log_variance.data);
  if (reconstructionsPath) {
    for (const number of decoded.x.data) {
      results.x.push(number);
    }
  }
}

const checks = [
  report('means', readTable(codesPath, name => name.startsWith('mean_')), results.mean),
  report('log-variances', readTable(codesPath, name => name.startsWith('log_variance_')), results.log_variance),
];
if (reconstructionsPath) {
  checks.push(report('reconstructions', readTable(reconstructionsPath, name => name !== 'label'), results.x));
}

process.exit(checks.every(Boolean) ? 0 : 1);
