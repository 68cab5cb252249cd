/** Activations and their derivatives, elementwise over `count` floats, which need not be a multiple of four. */
import { activate as activate4 } from '../generated/activate';
import { activationSlope } from '../generated/activation-slope';
import { Activation, Team } from '../generated/records';
import { barrier, takeItem } from '../parallel';
import { grain } from './grain';

export function activate(team: Team, thread: i32, x: usize, y: usize, count: i32, activation: Activation): void {
  for (let first = takeItem(team) * grain; first < count; first = takeItem(team) * grain) {
    const last = min(first + grain, count);
    const end = first + ((last - first) & ~3);
    for (let i = first; i < end; i += 4) {
      const at = <usize>i << 2;
      v128.store(y + at, activate4(activation, v128.load(x + at)));
    }
    for (let i = end; i < last; i++) {
      const at = <usize>i << 2;
      f32.store(y + at, f32x4.extract_lane(activate4(activation, f32x4.splat(f32.load(x + at))), 0));
    }
  }
  barrier(team, thread);
}

/** Computes `dx = dy * activation'(x)`; `dx` may be `dy`. */
export function activateGradient(team: Team, thread: i32, x: usize, dy: usize, dx: usize, count: i32, activation: Activation): void {
  for (let first = takeItem(team) * grain; first < count; first = takeItem(team) * grain) {
    const last = min(first + grain, count);
    const end = first + ((last - first) & ~3);
    for (let i = first; i < end; i += 4) {
      const at = <usize>i << 2;
      v128.store(dx + at, f32x4.mul(v128.load(dy + at), activationSlope(activation, v128.load(x + at))));
    }
    for (let i = end; i < last; i++) {
      const at = <usize>i << 2;
      const slope = activationSlope(activation, f32x4.splat(f32.load(x + at)));
      f32.store(dx + at, f32.load(dy + at) * f32x4.extract_lane(slope, 0));
    }
  }
  barrier(team, thread);
}
