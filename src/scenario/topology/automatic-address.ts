import { hashString32 } from '../../engine/hash.ts'
import { formatAddress } from '../../network/address-book.ts'

const ADDRESS_HASH_SEED = 0x0a000000
const LAST_HOST_BITS = 0xffffff

/**
 * Addresses in 10.0.0.0/8 for hosts that were given none. Each derives from the host's own name, so that one host
 * more does not move the others; where two names meet on one address, the later in name order takes the next free.
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

/** Neither looks like the address of a network nor like a broadcast. */
function mayBeHost(hostBits: number): boolean {
  const lowest = hostBits & 0xff
  return lowest !== 0 && lowest !== 0xff
}

function addressOf(hostBits: number): string {
  return formatAddress(0x0a000000 + hostBits)
}
