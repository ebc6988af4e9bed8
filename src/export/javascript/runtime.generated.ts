// Generated from src/export/javascript/runtime/ by scripts/generate-javascript.mjs: do not edit.
export const runtime = {
  "classes": {
    "needs": [],
    "code": "/**\n * The likeliest class and the probability of each; a single output is that of the second class.\n * @template {string} Label\n * @param {readonly Label[]} labels\n * @param {Float32Array} outputs\n */\nfunction classes(labels, outputs) {\n  const shares = outputs.length === 1 ? [1 - outputs[0], outputs[0]] : Array.from(outputs);\n  const label = labels[shares.indexOf(Math.max(...shares))];\n  const named = Object.fromEntries(labels.map((name, place) => [name, shares[place]]));\n  return { label, probabilities: /** @type {Record<Label, number>} */ (named) };\n}\n"
  },
  "dense": {
    "needs": [],
    "code": "/**\n * A layer: what it makes of its inputs.\n * @typedef {(values: Float32Array) => Float32Array} Layer\n */\n\n/**\n * A fully connected layer. Every product and every sum is rounded to single precision, in the order in which Shoal\n * computes them.\n * @param {number} inputs\n * @param {number} units\n * @param {(z: number) => number} activation\n * @param {string} base64 kernel (inputs x units), then biases if there are any, in single precision\n * @returns {Layer}\n */\nfunction dense(inputs, units, activation, base64) {\n  const weights = new Float32Array(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)).buffer);\n  const biases = weights.subarray(inputs * units);\n  return (values) => {\n    const sums = new Float32Array(units);\n    for (let k = 0; k < inputs; k++) {\n      for (let unit = 0; unit < units; unit++) {\n        sums[unit] += Math.fround(values[k] * weights[k * units + unit]);\n      }\n    }\n    for (let unit = 0; unit < biases.length; unit++) sums[unit] += biases[unit];\n    return sums.map((z) => activation(z));\n  };\n}\n"
  },
  "elu": {
    "needs": [],
    "code": "/** @param {number} alpha */\nfunction elu(alpha) {\n  return (/** @type {number} */ z) =>\n    z > 0 ? z : Math.fround(Math.fround(alpha * Math.fround(Math.exp(z))) - alpha);\n}\n"
  },
  "feature_row": {
    "needs": [],
    "code": "/**\n * The network's inputs from a list of them, rounded to single precision.\n * @param {number} inputs\n * @param {ArrayLike<number>} row\n */\nfunction featureRow(inputs, row) {\n  const features = Float32Array.from(row);\n  if (features.length !== inputs) {\n    throw new Error(`predict must get a list of ${inputs} features, got ${features.length}`);\n  }\n  const bad = features.findIndex((feature) => !Number.isFinite(feature));\n  if (bad < 0) return features;\n  throw new Error(`the features must be finite in single precision, got ${row[bad]} (feature ${bad})`);\n}\n"
  },
  "flags": {
    "needs": [],
    "code": "/**\n * The probability of each output, and 1 where it is above 1/2, else 0.\n * @param {Float32Array} outputs\n */\nfunction flags(outputs) {\n  const probabilities = Array.from(outputs);\n  return { label: probabilities.map((probability) => Number(probability > 0.5)), probabilities };\n}\n"
  },
  "gelu": {
    "needs": [],
    "code": "/** @param {number} z */\nfunction gelu(z) {\n  return Math.fround(z * Math.fround(0.5 * (1 + erf(Math.fround(z * Math.SQRT1_2)))));\n}\n\n/**\n * The error function by Abramowitz and Stegun 7.1.26.\n * @param {number} x\n */\nfunction erf(x) {\n  const round = Math.fround;\n  const t = round(1 / round(1 + round(0.3275911 * Math.abs(x))));\n  const coefficients = [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592];\n  const polynomial = coefficients.reduce((sum, coefficient) => round(t * round(sum + coefficient)), 0);\n  const value = round(1 - round(polynomial * round(Math.exp(-x * x))));\n  return x >= 0 ? value : -value;\n}\n"
  },
  "gelu_tanh": {
    "needs": [
      "tanh"
    ],
    "code": "/** @param {number} z */\nfunction geluTanh(z) {\n  const round = Math.fround;\n  const inner = round(Math.sqrt(2 / Math.PI) * round(z + round(0.044715 * z * z * z)));\n  return round(z * round(0.5 * round(1 + tanh(inner))));\n}\n"
  },
  "leaky_relu": {
    "needs": [],
    "code": "/** @param {number} slope below zero */\nfunction leakyRelu(slope) {\n  return (/** @type {number} */ z) => (z > 0 ? z : Math.fround(slope * z));\n}\n"
  },
  "linear": {
    "needs": [],
    "code": "/** @param {number} z */\nfunction linear(z) {\n  return z;\n}\n"
  },
  "relu": {
    "needs": [],
    "code": "/** @param {number} z */\nfunction relu(z) {\n  if (z > 0) return z;\n  return 0;\n}\n"
  },
  "selu": {
    "needs": [
      "elu"
    ],
    "code": "/** @param {number} z */\nfunction selu(z) {\n  return Math.fround(1.0507009873554805 * elu(1.6732632423543772)(z));\n}\n"
  },
  "sigmoid": {
    "needs": [],
    "code": "/** @param {number} z */\nfunction sigmoid(z) {\n  const e = Math.fround(Math.exp(-Math.abs(z)));\n  return Math.fround((z >= 0 ? 1 : e) / Math.fround(1 + e));\n}\n"
  },
  "silu": {
    "needs": [
      "sigmoid"
    ],
    "code": "/** @param {number} z */\nfunction silu(z) {\n  return Math.fround(z * sigmoid(z));\n}\n"
  },
  "softmax": {
    "needs": [],
    "code": "/**\n * exp(z - max z) / sum exp(z - max z)\n * @param {Float32Array} values\n * @returns {Float32Array}\n */\nfunction softmax(values) {\n  const highest = Math.max(...values);\n  const powers = values.map((z) => Math.exp(Math.fround(z - highest)));\n  const total = powers.reduce((sum, power) => Math.fround(sum + power), 0);\n  return powers.map((power) => power / total);\n}\n"
  },
  "softplus": {
    "needs": [],
    "code": "/** @param {number} z */\nfunction softplus(z) {\n  const e = Math.fround(Math.exp(-Math.abs(z)));\n  return Math.fround(Math.max(z, 0) + Math.fround(Math.log(Math.fround(1 + e))));\n}\n"
  },
  "standardised": {
    "needs": [],
    "code": "/**\n * (value - mean) / scale in double precision, rounded to single.\n * @param {readonly number[]} means\n * @param {readonly number[]} scales\n * @param {readonly number[]} values\n */\nfunction standardised(means, scales, values) {\n  return Float32Array.from(values, (value, place) => {\n    const number = Math.fround((value - means[place]) / scales[place]);\n    if (Number.isFinite(number)) return number;\n    throw new Error(`the features must be finite in single precision, got ${value} (feature ${place})`);\n  });\n}\n"
  },
  "table_row": {
    "needs": [],
    "code": "/**\n * A cell of a row: a number, or a text that may be one; null, an empty text, \"NA\", \"NaN\" and the like where it is\n * missing.\n * @typedef {string | number | bigint | boolean | null | undefined} Cell\n */\n\n/**\n * A column; `fill` takes the place of missing cells, which are refused where there is none.\n * @typedef {Readonly<{ kind: 'numeric', name: string, fill?: number }>} NumericColumn\n * @typedef {Readonly<{ kind: 'categorical', name: string, fill?: string, categories: readonly string[] }>} CategoricalColumn\n */\n\n/**\n * The network's inputs from the cells of a row: numbers as they are, 0 or 1 for each category.\n * @param {readonly (NumericColumn | CategoricalColumn)[]} columns\n * @param {Readonly<Record<string, Cell>>} row\n */\nfunction tableRow(columns, row) {\n  if (typeof row !== 'object' || row === null || Array.isArray(row)) {\n    throw new TypeError('predict must get an object with a cell for each column');\n  }\n  return columns.flatMap((column) => {\n    if (!Object.hasOwn(row, column.name)) {\n      const names = columns.map(({ name }) => name).join(', ');\n      throw new Error(`there is no column \"${column.name}\"; the columns are ${names}`);\n    }\n    const cell = parseCell(column.name, row[column.name]);\n    return column.kind === 'numeric' ? numberOf(column, cell) : oneHot(column, cell);\n  });\n}\n\n/**\n * A number, NaN where the cell is missing, or a text that is no number.\n * @param {string} column\n * @param {Cell} cell\n */\nfunction parseCell(column, cell) {\n  if (cell === null || cell === undefined) return Number.NaN;\n  if (typeof cell === 'object' || typeof cell === 'function' || typeof cell === 'symbol') {\n    throw new TypeError(`column \"${column}\": the cell must be a number or a text, got ${typeof cell}`);\n  }\n  if (typeof cell !== 'string') return Number(cell);\n  const text = cell.trim();\n  if (['', 'na', 'n/a', 'nan', 'null', 'none', '?'].includes(text.toLowerCase())) return Number.NaN;\n  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;\n  const number = Number(text);\n  return Number.isNaN(number) ? text : number;\n}\n\n/**\n * @param {NumericColumn} column\n * @param {string | number} cell\n */\nfunction numberOf({ name, fill }, cell) {\n  if (typeof cell === 'string') throw new Error(`column \"${name}\": the column is numeric, got \"${cell}\"`);\n  const number = Number.isNaN(cell) ? (fill ?? refuseMissing(name)) : cell;\n  if (!Number.isFinite(number)) throw new Error(`column \"${name}\": the number must be finite, got ${number}`);\n  return number;\n}\n\n/**\n * @param {CategoricalColumn} column\n * @param {string | number} cell\n */\nfunction oneHot({ name, fill, categories }, cell) {\n  const text = Number.isNaN(cell) ? (fill ?? refuseMissing(name)) : String(cell);\n  if (!categories.includes(text)) {\n    const known = categories.slice(0, 10).join(', ');\n    throw new Error(\n      `column \"${name}\": the category \"${text}\" does not occur in the training rows; known are ${known}`,\n    );\n  }\n  return categories.map((category) => Number(category === text));\n}\n\n/**\n * @param {string} name\n * @returns {never}\n */\nfunction refuseMissing(name) {\n  throw new Error(`column \"${name}\": the cell is missing, and the model was not trained to fill it in`);\n}\n"
  },
  "tanh": {
    "needs": [],
    "code": "/** @param {number} z */\nfunction tanh(z) {\n  const e = Math.fround(Math.exp(-2 * Math.abs(z)));\n  const t = Math.fround(Math.fround(1 - e) / Math.fround(1 + e));\n  return z >= 0 ? t : -t;\n}\n"
  },
  "value": {
    "needs": [],
    "code": "/** @param {Float32Array} outputs */\nfunction value(outputs) {\n  return { value: outputs[0] };\n}\n"
  },
  "values": {
    "needs": [],
    "code": "/** @param {Float32Array} outputs */\nfunction values(outputs) {\n  return { values: Array.from(outputs) };\n}\n"
  }
} as const;

export type PartName = keyof typeof runtime;
