/** Activations and their derivatives, elementwise over `count` floats, a multiple of four or not. */
import { activate as activate4 } from '../generated/activate';
import { activationSlope } from '../generated/activation-slope';
import { Activation } from '../generated/records';

export function activate(x: usize, y: usize, count: i32, activation: Activation): void {
  const end = count & ~3;
  for (let i = 0; i < end; i += 4) {
    const at = <usize>(i << 2);
    v128.store(y + at, activate4(activation, v128.load(x + at)));
  }
  for (let i = end; i < count; i++) {
    const at = <usize>(i << 2);
    f32.store(y + at, f32x4.extract_lane(activate4(activation, f32x4.splat(f32.load(x + at))), 0));
  }
}

/** `dx = dy * activation'(x)`; `dx` may be `dy`. */
export function activateGradient(x: usize, dy: usize, dx: usize, count: i32, activation: Activation): void {
  const end = count & ~3;
  for (let i = 0; i < end; i += 4) {
    const at = <usize>(i << 2);
    v128.store(dx + at, f32x4.mul(v128.load(dy + at), activationSlope(activation, v128.load(x + at))));
  }
  for (let i = end; i < count; i++) {
    const at = <usize>(i << 2);
    const slope = activationSlope(activation, f32x4.splat(f32.load(x + at)));
    f32.store(dx + at, f32.load(dy + at) * f32x4.extract_lane(slope, 0));
  }
}
