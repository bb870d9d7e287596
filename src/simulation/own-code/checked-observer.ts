import type { PacketObserver } from '../../network/packet-observer.ts'
import { type Observer, thrownBy } from './own-code.ts'

/** Wraps an observer of a user. If it throws, the error names it. */
export function checkedObserver(own: Observer): PacketObserver {
  return {
    observe(stage, packet) {
      try {
        own.observe(stage, packet)
      } catch (error) {
        throw thrownBy(`observer ${own.name}`, 'observe', packet.tickNs, error)
      }
    },
  }
}
