import type { ActivationName } from '../../model/activations.ts';
import type { Floats, Precision } from '../precision.ts';

/** The numbers by which the kernels know the activations; softmax is a linear output with a kernel of its own. */
export const activationKinds: Readonly<Record<ActivationName, number>> = {
  linear: 0,
  relu: 1,
  leaky_relu: 2,
  elu: 3,
  selu: 4,
  gelu: 5,
  gelu_tanh: 6,
  silu: 7,
  softplus: 8,
  tanh: 9,
  sigmoid: 10,
  softmax: 0,
};

/** Value and slope at a pre-activation. */
type ValueAndSlope = readonly [value: number, slope: number];

/**
 * Turns the pre-activation z at a place into the value of activation `kind`: in place, since this happens for every
 * unit of every row. `shaders/lib/activation.wgsl` computes the same.
 *
 * @returns the slope at z
 */
export function activate(
  precision: Precision,
  kind: number,
  values: Floats,
  at: number,
  parameter: number,
): number {
  const z = values[at] as number;
  // The two that most units have, without the cost of a pair.
  if (kind === activationKinds.linear) return 1;
  if (kind === activationKinds.relu) {
    if (z > 0) return 1;
    values[at] = 0;
    return 0;
  }
  const [value, slope] = valueAndSlope(precision, kind, z, parameter);
  values[at] = value;
  return slope;
}

function valueAndSlope(precision: Precision, kind: number, z: number, parameter: number): ValueAndSlope {
  const { round } = precision;
  switch (kind) {
    case activationKinds.leaky_relu:
      return z > 0 ? [z, 1] : [round(parameter * z), parameter];
    case activationKinds.elu:
      return elu(precision, z, parameter);
    case activationKinds.selu: {
      const [value, slope] = elu(precision, z, 1.6732632423543772);
      return [round(1.0507009873554805 * value), round(1.0507009873554805 * slope)];
    }
    case activationKinds.gelu: {
      const share = round(0.5 * (1 + erf(precision, round(z * Math.SQRT1_2))));
      const density = round(Math.exp(round(-0.5 * z * z)) / Math.sqrt(2 * Math.PI));
      return [round(z * share), round(share + round(z * density))];
    }
    case activationKinds.gelu_tanh:
      return geluTanh(precision, z);
    case activationKinds.silu: {
      const s = sigmoid(precision, z);
      return [round(z * s), round(s * round(1 + round(z * round(1 - s))))];
    }
    case activationKinds.softplus:
      return [softplus(precision, z), sigmoid(precision, z)];
    case activationKinds.tanh: {
      const t = tanh(precision, z);
      return [t, round(1 - round(t * t))];
    }
    case activationKinds.sigmoid: {
      const s = sigmoid(precision, z);
      return [s, round(s * round(1 - s))];
    }
    default:
      return [z, 1];
  }
}

/** 1 / (1 + exp(-z)), from the exponential that cannot overflow. */
export function sigmoid({ round }: Precision, z: number): number {
  const e = round(Math.exp(-Math.abs(z)));
  return round((z >= 0 ? 1 : e) / round(1 + e));
}

/** log(1 + exp(z)) without overflow. */
export function softplus({ round }: Precision, z: number): number {
  return round(Math.max(z, 0) + round(Math.log(round(1 + round(Math.exp(-Math.abs(z)))))));
}

function tanh({ round }: Precision, z: number): number {
  const e = round(Math.exp(-2 * Math.abs(z)));
  const t = round(round(1 - e) / round(1 + e));
  return z >= 0 ? t : -t;
}

function elu({ round }: Precision, z: number, alpha: number): ValueAndSlope {
  if (z > 0) return [z, 1];
  const e = round(alpha * round(Math.exp(z)));
  return [round(e - alpha), e];
}

function geluTanh(precision: Precision, z: number): ValueAndSlope {
  const { round } = precision;
  const scale = Math.sqrt(2 / Math.PI);
  const t = tanh(precision, round(scale * round(z + round(0.044715 * z * z * z))));
  const innerSlope = round(scale * round(1 + round(0.134145 * z * z)));
  const outer = round(0.5 * round(1 + t));
  return [round(z * outer), round(outer + round(round(0.5 * z * round(1 - round(t * t))) * innerSlope))];
}

/** The error function: Abramowitz and Stegun 7.1.26 (1.5e-7) in single precision, to 1e-15 in double. */
export function erf({ name, round }: Precision, x: number): number {
  if (name === 'double') return x < 0 ? -exactErf(-x) : exactErf(x);
  const t = round(1 / round(1 + round(0.3275911 * Math.abs(x))));
  const coefficients = [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592];
  const polynomial = coefficients.reduce((sum, coefficient) => round(t * round(sum + coefficient)), 0);
  const value = round(1 - round(polynomial * round(Math.exp(-x * x))));
  return x >= 0 ? value : -value;
}

/** erf for x >= 0: Maclaurin series for small x, continued fraction of erfc (A&S 7.1.14) for large. */
function exactErf(x: number): number {
  if (x > 6) return 1;
  if (x > 3) {
    let fraction = 0;
    for (let k = 60; k > 0; k--) fraction = k / 2 / (x + fraction);
    return 1 - Math.exp(-x * x) / (Math.sqrt(Math.PI) * (x + fraction));
  }
  let term = x;
  let sum = x;
  for (let n = 1; n < 100; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}
