/**
 * A cell of a row: a number, or a text that may be one; null, an empty text, "NA", "NaN" and the like where it is
 * missing.
 * @typedef {string | number | bigint | boolean | null | undefined} Cell
 */

/**
 * A column; `fill` takes the place of missing cells, which are refused where there is none.
 * @typedef {Readonly<{ kind: 'numeric', name: string, fill?: number }>} NumericColumn
 * @typedef {Readonly<{ kind: 'categorical', name: string, fill?: string, categories: readonly string[] }>} CategoricalColumn
 */

/**
 * The network's inputs from the cells of a row: numbers as they are, 0 or 1 for each category.
 * @param {readonly (NumericColumn | CategoricalColumn)[]} columns
 * @param {Readonly<Record<string, Cell>>} row
 */
export function tableRow(columns, row) {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    throw new TypeError('predict must get an object with a cell for each column');
  }
  return columns.flatMap((column) => {
    if (!Object.hasOwn(row, column.name)) {
      const names = columns.map(({ name }) => name).join(', ');
      throw new Error(`there is no column "${column.name}"; the columns are ${names}`);
    }
    const cell = parseCell(column.name, row[column.name]);
    return column.kind === 'numeric' ? numberOf(column, cell) : oneHot(column, cell);
  });
}

/**
 * A number, NaN where the cell is missing, or a text that is no number.
 * @param {string} column
 * @param {Cell} cell
 */
function parseCell(column, cell) {
  if (cell === null || cell === undefined) return Number.NaN;
  if (typeof cell === 'object' || typeof cell === 'function' || typeof cell === 'symbol') {
    throw new TypeError(`column "${column}": the cell must be a number or a text, got ${typeof cell}`);
  }
  if (typeof cell !== 'string') return Number(cell);
  const text = cell.trim();
  if (['', 'na', 'n/a', 'nan', 'null', 'none', '?'].includes(text.toLowerCase())) return Number.NaN;
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  const number = Number(text);
  return Number.isNaN(number) ? text : number;
}

/**
 * @param {NumericColumn} column
 * @param {string | number} cell
 */
function numberOf({ name, fill }, cell) {
  if (typeof cell === 'string') throw new Error(`column "${name}": the column is numeric, got "${cell}"`);
  const number = Number.isNaN(cell) ? (fill ?? refuseMissing(name)) : cell;
  if (!Number.isFinite(number)) throw new Error(`column "${name}": the number must be finite, got ${number}`);
  return number;
}

/**
 * @param {CategoricalColumn} column
 * @param {string | number} cell
 */
function oneHot({ name, fill, categories }, cell) {
  const text = Number.isNaN(cell) ? (fill ?? refuseMissing(name)) : String(cell);
  if (!categories.includes(text)) {
    const known = categories.slice(0, 10).join(', ');
    throw new Error(
      `column "${name}": the category "${text}" does not occur in the training rows; known are ${known}`,
    );
  }
  return categories.map((category) => Number(category === text));
}

/**
 * @param {string} name
 * @returns {never}
 */
function refuseMissing(name) {
  throw new Error(`column "${name}": the cell is missing, and the model was not trained to fill it in`);
}
