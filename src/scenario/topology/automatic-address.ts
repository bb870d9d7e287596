import { hashString32 } from '../../engine/hash.ts'
import { formatAddress } from '../../network/address-book.ts'

/** A network from which hosts get automatic addresses. */
interface AddressRange {
  /** The number of its first address. */
  readonly first: number
  /** The bits of an address that differ within the network. */
  readonly hostBits: number
}

/** 10.0.0.0/8. */
const PRIVATE: AddressRange = { first: 0x0a000000, hostBits: 0xffffff }
/** 198.18.0.0/15, which RFC 2544 reserves for tests. Nodes of a cloud have such addresses beside their private ones. */
export const EXTERNAL: AddressRange = { first: 0xc6120000, hostBits: 0x1ffff }

/**
 * Returns addresses for hosts without one. Each derives from the name of the host, so that a new host does not change
 * the others. If two names give the same address, the later name gets the next free one.
 */
export function automaticAddresses(
  names: readonly string[],
  taken: ReadonlySet<string>,
  range: AddressRange = PRIVATE,
): Map<string, string> {
  const given = new Map<string, string>()
  const used = new Set(taken)
  for (const name of [...names].sort((a, b) => (a < b ? -1 : 1))) {
    let hostBits = hashString32(name, range.first) & range.hostBits
    while (!mayBeHost(hostBits) || used.has(addressOf(hostBits, range))) hostBits = (hostBits + 1) & range.hostBits
    given.set(name, addressOf(hostBits, range))
    used.add(addressOf(hostBits, range))
  }
  return given
}

/** Returns whether the last byte can belong to a host: it is neither 0 (network) nor 255 (broadcast). */
function mayBeHost(hostBits: number): boolean {
  const lowest = hostBits & 0xff
  return lowest !== 0 && lowest !== 0xff
}

function addressOf(hostBits: number, { first }: AddressRange): string {
  return formatAddress(first + hostBits)
}
