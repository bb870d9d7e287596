import { assert } from '../engine/assert.ts'
import { NONE } from '../engine/table.ts'

const LOOPBACK_ADDRESS = 0x7f000001

/**
 * Every IPv4 address of the network, by index. Immutable, and shared by forks. Index 0 is 127.0.0.1, which belongs
 * to whoever sends to it.
 */
export class AddressBook {
  private readonly addresses: number[] = [LOOPBACK_ADDRESS]
  private readonly hosts: number[] = [NONE]
  private readonly firstOfHost: number[] = []
  private readonly indexByAddress = new Map<number, number>([[LOOPBACK_ADDRESS, 0]])

  add(host: number, address: number): void {
    assert(!this.indexByAddress.has(address), 'an address belongs to one host')
    this.indexByAddress.set(address, this.addresses.length)
    this.firstOfHost[host] ??= this.addresses.length
    this.addresses.push(address)
    this.hosts.push(host)
  }

  /** An address that belongs to no host, since hosts on the way put another in its place. */
  addVirtual(address: number): void {
    assert(!this.indexByAddress.has(address), 'a virtual address belongs to nobody')
    this.indexByAddress.set(address, this.addresses.length)
    this.addresses.push(address)
    this.hosts.push(NONE)
  }

  get size(): number {
    return this.addresses.length
  }

  /** The address itself, as an unsigned number. */
  valueOf(index: number): number {
    return this.addresses[index]
  }

  /** The host that a packet from `sender` to this address belongs to; NONE where the address is virtual. */
  hostOf(index: number, sender: number): number {
    return index === 0 ? sender : this.hosts[index]
  }

  indexOf(address: number): number {
    return this.indexByAddress.get(address) ?? NONE
  }

  /** The address by which a host is known unless something says otherwise. */
  mainAddressOf(host: number): number {
    return this.firstOfHost[host]
  }
}

/** "10.0.0.1" as an unsigned number; NaN where it is not an IPv4 address in dotted form. */
export function parseAddress(text: string): number {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255))
    return Number.NaN
  return parts.reduce((address, part) => address * 256 + Number(part), 0)
}

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.')
}
