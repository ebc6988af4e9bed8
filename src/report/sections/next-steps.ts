import { details } from '../charts/figure.ts';
import { type Html, html } from '../html.ts';
import type { StudyView } from '../study-view.ts';
import type { Section } from './section.ts';

/** The commands that go on from here. */
export function nextSection({ counts, ranked }: StudyView, file: string): Section {
  const quoted = /^[\w./-]+$/.test(file) ? file : `'${file.replaceAll("'", "'\\''")}'`;
  const [best] = ranked;
  const steps: [string, string][] = [
    counts.waiting > 0
      ? ['Train the trials that are not trained yet', `shoal resume ${quoted}`]
      : ['Go on searching', `shoal resume ${quoted} --time 5m`],
    ...(best
      ? ([
          ['Show the best configuration', `shoal study best ${quoted}`],
          ['Write all trials as a table', `shoal study export ${quoted} --output trials.csv`],
        ] as [string, string][])
      : []),
    ['Make this report again', `shoal report ${quoted}`],
  ];
  const list = steps.map(([why, command]) => html`<dt>${why}</dt><dd><code>${command}</code></dd>`);
  return { id: 'next', title: 'How to go on', content: html`<dl class="steps">${list}</dl>` };
}

/** Everything that was set, as it is stored. */
export function settingsDetails({ settings }: StudyView): Html {
  return details('All settings of the study', html`<pre>${JSON.stringify(settings, undefined, 2)}</pre>`);
}
