import type { FittedColumn } from '../data/table/preprocessor.ts';
import type { Task } from '../data/table/target.ts';
import type { Scores } from '../evaluate/scores.ts';
import { type Outputs, outputsOf } from './outputs.ts';
import type { DataOrigin, SavedModel } from './saved-model.ts';

/** A column that a row must have; `fill` takes the place of missing cells, which are refused where there is none. */
export interface DescribedColumn {
  readonly name: string;
  readonly kind: FittedColumn['kind'];
  readonly categories?: readonly string[];
  readonly fill?: number | string;
}

/** What an exported file tells of its model beside the network: plain data. */
export interface Description {
  readonly createdBy: string;
  readonly task: Task | 'multilabel';
  /** Name of the target column. */
  readonly target?: string;
  /** Labels of the classes in the order of the outputs. */
  readonly labels?: readonly string[];
  readonly columns?: readonly DescribedColumn[];
  /** Scores on rows that the model did not learn from. */
  readonly scores?: Scores;
  readonly data?: Omit<DataOrigin, 'prepare'>;
}

/** What an exported file tells of a model. */
export function descriptionOf({ model, origin }: SavedModel): Description {
  const outputs = outputsOf(model);
  const { createdBy, data, scores } = origin;
  const { target, preprocessor } = model.preprocessing ?? {};
  return {
    createdBy,
    task: target?.task ?? taskOf(outputs),
    ...(target && { target: target.name }),
    ...(outputs.kind === 'classes' && { labels: outputs.labels }),
    ...(preprocessor && { columns: preprocessor.toJSON().columns.map(describedColumn) }),
    ...(scores && { scores }),
    ...(data && { data: describedData(data) }),
  };
}

function describedColumn(column: FittedColumn): DescribedColumn {
  const { name, kind, fill } = column;
  return {
    name,
    kind,
    ...(column.kind === 'categorical' && { categories: column.categories }),
    ...(fill !== null && { fill }),
  };
}

/** Which table it was; how the file was read is of no use elsewhere. */
function describedData({ file, sha256, trainingRows, heldOutRows }: DataOrigin) {
  return { file, sha256, trainingRows, heldOutRows };
}

function taskOf(outputs: Outputs): Description['task'] {
  if (outputs.kind === 'values') return 'regression';
  if (outputs.kind === 'flags') return 'multilabel';
  return outputs.labels.length === 2 ? 'binary' : 'multiclass';
}
