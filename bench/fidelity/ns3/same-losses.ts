import type { PacketRule } from '../../../src/network/packet-rule.ts'
import { randomStream } from './random-stream.ts'

/** The random variable of goodput.cc's RateErrorModel is the 18th that its program makes. */
const STREAM_OF_ERROR_MODEL = 18

/** Drops the packets that ns-3 drops in that run: a draw for each, in the order in which they come. */
export function sameLosses(run: number, loss: number): PacketRule {
  const draw = randomStream(STREAM_OF_ERROR_MODEL, run)
  return { judge: () => (draw() < loss ? { action: 'drop' } : { action: 'pass' }) }
}
