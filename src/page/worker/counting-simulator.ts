import { inPlace } from '../../study/simulator/in-place.ts'
import type { Simulator } from '../../study/simulator/simulator.ts'
import type { Desk } from './desk.ts'

/** Returns a simulator in this worker, which reports how many simulations have ended. */
export function counting(desk: Desk): Simulator {
  let [ended, planned] = [0, 0]
  return {
    ...inPlace(),
    begin: (simulations) => {
      const before = ended
      planned += simulations
      return {
        update: (count) => {
          ended = before + count
          desk.reply({ kind: 'tried', ended, of: planned })
        },
        stop() {},
      }
    },
  }
}
