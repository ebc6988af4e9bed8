export interface Schedule {
  readonly unit: 'step' | 'epoch';
  at(index: number, previous: number): number;
  readonly description: string;
}
