import type { PacketObserver } from '../../network/packet-observer.ts'
import { type Observer, thrownBy } from './own-code.ts'

/** Returns an observer that passes packets to one of a user, and says which one it was when that throws. */
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
