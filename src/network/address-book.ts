import { assert } from '../engine/assert.ts'
import { NONE } from '../engine/table.ts'

const LOOPBACK_ADDRESS = 0x7f000001

/**
 * All IPv4 addresses of the network, by index. It is immutable once built, and shared by forks. Index 0 is 127.0.0.1,
 * which belongs to the host that sends to it.
 */
export class AddressBook {
  private readonly addresses: number[] = [LOOPBACK_ADDRESS]
  private readonly hosts: number[] = [NONE]
  private readonly firstOfHost: number[] = []
  private readonly indexByAddress = new Map<number, number>([[LOOPBACK_ADDRESS, 0]])

  add(host: number, address: number): void {
    assert(!this.indexByAddress.has(address), 'an address belongs to one host only')
    this.indexByAddress.set(address, this.addresses.length)
    this.firstOfHost[host] ??= this.addresses.length
    this.addresses.push(address)
    this.hosts.push(host)
  }

  /** Adds an address that belongs to no host, because hosts on the path replace it by another. */
  addVirtual(address: number): void {
    assert(!this.indexByAddress.has(address), 'a virtual address belongs to no host')
    this.indexByAddress.set(address, this.addresses.length)
    this.addresses.push(address)
    this.hosts.push(NONE)
  }

  get size(): number {
    return this.addresses.length
  }

  /** Returns the address as an unsigned 32-bit number. */
  valueOf(index: number): number {
    return this.addresses[index]
  }

  /** Returns the host to which a packet from `sender` to this address belongs; NONE when the address is virtual. */
  hostOf(index: number, sender: number): number {
    return index === 0 ? sender : this.hosts[index]
  }

  /** Returns the index of an address, or NONE when it is unknown. */
  indexOf(address: number): number {
    return this.indexByAddress.get(address) ?? NONE
  }

  /** Returns the index of the host's first address, which it uses unless something else is configured. */
  mainAddressOf(host: number): number {
    return this.firstOfHost[host]
  }
}

/**
 * Parses an address such as "10.0.0.1" into an unsigned number; returns NaN when the text is not a dotted IPv4 address.
 */
export function parseAddress(text: string): number {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255))
    return Number.NaN
  return parts.reduce((address, part) => address * 256 + Number(part), 0)
}

/** Formats an address as in "10.0.0.1". */
export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.')
}
