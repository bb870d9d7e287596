import type { PacketRule } from '../../../src/network/packet-rule.ts'
import { randomStream } from './random-stream.ts'

/** The number of the random variable of goodput.cc's RateErrorModel, the 18th that the program creates. */
const STREAM_OF_ERROR_MODEL = 18

/** Drops the packets that ns-3 drops in a run: one draw for each packet, in the order of arrival. */
export function sameLosses(run: number, loss: number): PacketRule {
  const draw = randomStream(STREAM_OF_ERROR_MODEL, run)
  return { judge: () => (draw() < loss ? { action: 'drop' } : { action: 'pass' }) }
}
