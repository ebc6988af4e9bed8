import { describe, expect, it } from 'vitest';
import { dataSet, fileWith, shoal } from './run.ts';

const rows = (cells: (i: number) => string) => Array.from({ length: 30 }, (_, i) => cells(i)).join('\n');
const good = (i: number) => `${i},${i * i},${i % 2}`;
const table = (lines: string) => fileWith(`a,b,target\n${lines}\n`);
/** A good table but for one line, counted from 1 with the header. */
const withLine = (line: number, text: string) => table(rows((i) => (i === line - 2 ? text : good(i))));

/** What is wrong, the table, further options, and what the one message must say. */
const tables: readonly (readonly [string, () => string, readonly string[], RegExp])[] = [
  ['a missing file', () => '/no/such/file.csv', [], /file\.csv: there is no such file/],
  ['a folder', () => new URL('.', import.meta.url).pathname, [], /this is a folder/],
  ['an empty file', () => fileWith(''), [], /table\.csv: the file is empty/],
  ['a header alone', () => fileWith('a,b,target\n'), [], /header but no rows/],
  [
    'no such target',
    () => fileWith(`a,b,targe\n${rows(good)}\n`),
    [],
    /no column "target"; did you mean "targe"\?/,
  ],
  [
    'a name that would steer the terminal',
    () => fileWith(`a\u001b[31m,b\n${rows((i) => `${i},1`)}\n`),
    [],
    /the columns are a\ufffd\[31m, b/,
  ],
  ['a ragged row', () => withLine(5, '1,2'), [], /line 5: the row must have 3 fields .* got 2/],
  [
    'text in a numeric column',
    () => withLine(7, '1,abc,0'),
    [],
    /line 7, column "b": the column is numeric, got "abc"/,
  ],
  [
    'text in a numeric column of a small table',
    () => table('1,2,0\n2,3,1\n3,x,0\n4,5,1'),
    [],
    /line 4, column "b": the column is numeric, got "x"/,
  ],
  [
    'a target too large for single precision',
    () => table(rows((i) => `${i},1,${i}e38`)),
    [],
    /line 6, column "target": the target is too large/,
  ],
  [
    'one class only',
    () => table(rows((i) => `${i},1,7`)),
    [],
    /column "target": the target must have at least two classes, got only "7"/,
  ],
  [
    'infinity',
    () => withLine(9, '1,inf,0'),
    [],
    /line 9, column "b": the number must be finite, got Infinity/,
  ],
  [
    'a missing cell',
    () => withLine(4, '1,,0'),
    [],
    /line 4, column "b": the cell is missing; .*--missing median/,
  ],
  ['a missing target', () => withLine(4, '1,2,'), [], /line 4, column "target": the target is missing/],
  ['fewer rows than classes need', () => fileWith('a,target\n1,x\n2,y\n'), [], /at least 4 rows/],
  [
    'too few rows for both classes to be validated',
    () => fileWith('a,target\n1,x\n2,y\n3,x\n4,y\n5,x\n'),
    [],
    /table\.csv: the table must have at least 6 rows .* share of 0\.2, got 5; or choose a larger share/,
  ],
  [
    'a duplicate header',
    () => fileWith('a,a,target\n1,2,0\n'),
    [],
    /line 1, column 2: the header has "a" twice/,
  ],
  ['a nameless column', () => fileWith('a,,target\n1,2,0\n'), [], /line 1, column 2: the header has no name/],
  ['an unclosed quote', () => fileWith('a,b,target\n1,"2,0\n'), [], /never closed/],
  ['no feature left', () => fileWith(`target\n${rows((i) => String(i % 2))}\n`), [], /no column is left/],
  ['an excluded column that is not there', () => table(rows(good)), ['--exclude', 'c'], /no column "c"/],
  ['no Parquet after all', () => fileWith('PAR1 and nothing more', 'x.parquet'), [], /no Parquet file/],
];

describe('a bad table', () => {
  it.each(tables)('%s gives one clear error and exit code 1', async (_, path, options, message) => {
    const { code, stdout, stderr } = await shoal([
      'train',
      '--engine',
      'cpu',
      '--data',
      path(),
      '--target',
      'target',
      ...options,
    ]);
    expect(stderr).toMatch(message);
    expect(stderr.match(/error:/g)).toHaveLength(1);
    expect(stderr).not.toContain('    at ');
    expect(stdout).toBe('');
    expect(code).toBe(1);
  });
});

const cancer = dataSet('breast-cancer.csv');
const usages: readonly (readonly [string, readonly string[], RegExp])[] = [
  ['an unknown option', ['train', '--bogus'], /unknown option '--bogus'/],
  ['an unknown command', ['trian'], /unknown command 'trian'[\s\S]*train/],
  ['no target', ['train', '--data', cancer], /--target must name/],
  ['options of a table without one', ['train', '--epochs', '3'], /--data must name a table/],
  [
    'epochs of zero',
    ['train', '--data', cancer, '--target', 'target', '--epochs', '0'],
    /whole number of at least 1/,
  ],
  [
    'an unknown activation',
    ['train', '--data', cancer, '--target', 'target', '--activation', 'rellu'],
    /did you mean relu\?/,
  ],
  [
    'a test size of all rows',
    ['train', '--data', cancer, '--target', 'target', '--test-size', '569'],
    /testSize must be/,
  ],
  [
    'momentum for adam',
    ['train', '--data', cancer, '--target', 'target', '--momentum', '0.9'],
    /--momentum must come with/,
  ],
  ['an unknown engine', ['doctor', '--engine', 'cpu'], /unknown option/],
  ['a filter that fits nothing', ['verify', '--engine', 'cpu', '--filter', 'xyz'], /filter must be part/],
];

describe('bad usage', () => {
  it.each(usages)('%s gives exit code 2', async (_, args, message) => {
    const { code, stdout, stderr } = await shoal(args);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});
