import { type Explanation, outputName } from '../../explain/explanation.ts';
import { type Content, type Html, html } from '../html.ts';
import { brief, count, counted, number, withSpread } from '../numbers.ts';
import { orderedColumns } from './ordered-columns.ts';

/** What was explained, the answer in a sentence, and the remarks. */
export function explanationHead(explanation: Explanation, date: string | undefined): Html {
  return html`<p class="kind">Shoal explanation${date ? `, ${date}` : ''}</p>
<h1>What the model goes by</h1>
<p class="verdict">${verdict(explanation)}</p>
${facts(explanation)}
${explanation.notes.map((note) => html`<p class="note">${sentence(note)}</p>`)}`;
}

function verdict(explanation: Explanation): Content {
  const { importance, summary } = explanation;
  const [first] = orderedColumns(explanation);
  if (!first) return 'Nothing was computed that tells the columns apart.';
  const name = html`<strong>${brief(first.name)}</strong>`;
  const own = importance?.columns[first.place];
  if (importance && own) {
    const unclear = importance.columns.filter(({ isClear }) => !isClear).length;
    const rises = importance.isLoss ? 'rises' : 'falls';
    const amount = withSpread(own.mean, (own.interval[1] - own.interval[0]) / 4);
    if (unclear === importance.columns.length)
      return `No column can be told from noise: none changes ${importance.metric} beyond what chance explains.`;
    return html`${name} matters most: when it is shuffled, ${importance.metric} ${rises} by <strong>${amount}</strong> from ${number(importance.baseline, 3)}. ${noise(unclear, importance.columns.length)}`;
  }
  const { mean = 0 } = (summary?.shap ?? summary?.gradients)?.sizes[first.place] ?? {};
  return html`${name} matters most: it moves a prediction by <strong>${number(mean, 2)}</strong> on average.`;
}

function noise(unclear: number, all: number): string {
  if (unclear === 0) return 'All columns can be told from noise.';
  return `${count(unclear)} of ${counted(all, 'column')} cannot be told from noise.`;
}

function facts(explanation: Explanation): Html {
  const { data, target, columns, seed } = explanation;
  const from = counted(columns.length, 'column');
  const rows: [string, Content][] = [
    ['Rows', html`<code>${data.source}</code>, ${counted(data.rows, 'row')}`],
    ['Model', html`${target.task} of <code>${target.name}</code> from ${from}`],
    ['Explained', explainedText(explanation)],
    ['Seed', String(seed)],
  ];
  return html`<dl class="facts">${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

function explainedText(explanation: Explanation): string {
  const { outputs, scale } = explanation;
  return outputs.length === 1
    ? brief(outputName(explanation, 0), 60)
    : `${scale} of each of ${count(outputs.length)} classes`;
}

/** A remark as a sentence. */
function sentence(note: string): string {
  return `${note.charAt(0).toUpperCase()}${note.slice(1)}.`;
}
