// One row of `hyper` holds what is a trial's own: HYPER_STRIDE floats, of which these come first. Behind them lie
// the penalties (l1 and l2 of each tensor), the dropout rate of each layer and the weight of each class.
const SEED_LOW: u32 = 0u; // the lower and upper 16 bits of the seed, as whole floats
const SEED_HIGH: u32 = 1u;
const BETA_1: u32 = 2u;
const BETA_2: u32 = 3u; // also the rho of RMSprop
const EPSILON: u32 = 4u;
const MOMENTUM: u32 = 5u;
const WEIGHT_DECAY: u32 = 6u;
const CLIP: u32 = 7u;
const LABEL_SMOOTHING: u32 = 8u;
const PENALTIES: u32 = 9u;
