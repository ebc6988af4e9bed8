// What changes from one step to the next.
struct Step {
  first_row: u32, // place of the batch's first row in the epoch's order
  rows: u32, // rows of this batch
  source_rows: u32, // rows of the whole set
  shuffled: u32, // 1: visit the rows in the trial's own order
  iteration: u32, // steps since training began
  epoch: u32,
  rate_row: u32, // row of `rates` for this step
  metrics_row: u32, // row of `metrics` for this pass
}
