import { hashString32 } from '../../engine/hash.ts'
import { formatAddress } from '../../network/address-book.ts'

const ADDRESS_HASH_SEED = 0x0a000000
const LAST_HOST_BITS = 0xffffff

/**
 * Returns addresses in 10.0.0.0/8 for hosts that have none. Each derives from the name of the host, so that a new host
 * does not change the others. When two names give the same address, the later name gets the next free one.
 */
export function automaticAddresses(names: readonly string[], taken: ReadonlySet<string>): Map<string, string> {
  const given = new Map<string, string>()
  const used = new Set(taken)
  for (const name of [...names].sort((a, b) => (a < b ? -1 : 1))) {
    let hostBits = hashString32(name, ADDRESS_HASH_SEED) & LAST_HOST_BITS
    while (!mayBeHost(hostBits) || used.has(addressOf(hostBits))) hostBits = (hostBits + 1) & LAST_HOST_BITS
    given.set(name, addressOf(hostBits))
    used.add(addressOf(hostBits))
  }
  return given
}

/** Whether the last byte is that of a host, and not of a network (0) or a broadcast (255). */
function mayBeHost(hostBits: number): boolean {
  const lowest = hostBits & 0xff
  return lowest !== 0 && lowest !== 0xff
}

function addressOf(hostBits: number): string {
  return formatAddress(0x0a000000 + hostBits)
}
