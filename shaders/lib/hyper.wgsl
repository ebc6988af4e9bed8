// One row of `hyper` holds what is a trial's own: HYPER_STRIDE floats, of which these come first. Behind them lie
// the penalties (l1 and l2 of each tensor), the dropout rate of each layer and the weight of each class.
const SEED_LOW: u32 = 0u; // the lower and upper 16 bits of the seed, as whole floats
const SEED_HIGH: u32 = 1u;
const FRESH_1: u32 = 2u; // 1 - beta1, rounded once from the exact difference, as Keras does
const FRESH_2: u32 = 3u; // 1 - beta2, or 1 - rho of RMSprop
const EPSILON: u32 = 4u;
const MOMENTUM: u32 = 5u;
const WEIGHT_DECAY: u32 = 6u;
const CLIP: u32 = 7u;
const LABEL_SMOOTHING: u32 = 8u;
const RHO: u32 = 9u;
const PENALTIES: u32 = 10u;
