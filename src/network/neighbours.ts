import type { Arena } from '../engine/arena.ts'
import { NONE, Table } from '../engine/table.ts'
import type { AddressBook } from './address-book.ts'
import type { Claim } from './rows.ts'

/** The switch in the middle of a bridged segment. Immutable. */
export interface Bridge {
  /** The index of the switch; switches are numbered after the hosts. */
  readonly switchIndex: number
  /** The link direction from the switch to each host. */
  readonly ports: ReadonlyMap<number, number>
}

class ClaimTable extends Table<Claim> {
  /** The index of the switch; NONE in a free row. */
  readonly place = this.int32()
  readonly victim = this.int32()
  /** The host to which the claimed address belongs. */
  readonly owner = this.int32()
  /** The link direction from the switch to the host that claims the address. */
  readonly port = this.int32()

  constructor(arena: Arena) {
    super(arena, 4)
    this.attach()
  }
}

/**
 * The ARP tables of hosts on bridged segments (RFC 826). An entry is correct until a host claims its address with a
 * gratuitous reply, which other hosts accept for an entry that they already have. A packet that goes to the claimer by
 * mistake arrives there with its original destination; if the claimer forwards, it sends the packet on, and its own
 * entries are correct. ARP frames take no time here, and entries do not age: a claim holds until it is released, or
 * until the owner claims the address itself.
 *
 * On routed segments there is no ARP: the network delivers each packet to the host to which the cloud assigned the
 * address.
 */
export class Neighbours {
  private readonly claims: ClaimTable
  private readonly addresses: AddressBook
  private readonly bridges: ReadonlyMap<number, Bridge>

  constructor(arena: Arena, addresses: AddressBook, bridges: readonly Bridge[]) {
    this.claims = new ClaimTable(arena)
    this.addresses = addresses
    this.bridges = new Map(bridges.map((bridge) => [bridge.switchIndex, bridge]))
  }

  /**
   * Replaces the ARP entry of `victim` for `address` by the host `by`: the victim now sends there what it would send to
   * the address, or through the host that has it. Returns false and changes nothing when the segment is not bridged or
   * one of the hosts is not on it.
   */
  claim(place: number, victim: number, address: number, by: number): boolean {
    const ports = this.bridges.get(place)?.ports
    const owner = this.addresses.hostOf(address, NONE)
    const port = ports?.get(by)
    if (ports === undefined || port === undefined || !ports.has(victim) || !ports.has(owner)) return false
    if (by === victim || owner === victim) return false
    this.dropClaim(place, victim, owner)
    if (by === owner) return true
    const row = this.claims.allocate()
    this.claims.place[row] = place
    this.claims.victim[row] = victim
    this.claims.owner[row] = owner
    this.claims.port[row] = port
    return true
  }

  /** Restores the correct ARP entry of the victim for an address. */
  release(place: number, victim: number, address: number): void {
    this.dropClaim(place, victim, this.addresses.hostOf(address, NONE))
  }

  /**
   * Returns the direction on which a switch forwards a frame from the host `from` to the host `owner`: `direction`,
   * unless another host has claimed the address of `owner` in the ARP table of `from`.
   */
  portOf(place: number, from: number, direction: number, owner: number): number {
    const { claims } = this
    if (claims.count === 0) return direction
    const row = this.find(place, from, owner)
    return row === NONE ? direction : claims.port[row]
  }

  private dropClaim(place: number, victim: number, owner: number): void {
    const row = this.find(place, victim, owner)
    if (row === NONE) return
    this.claims.place[row] = NONE
    this.claims.release(row)
  }

  private find(place: number, victim: number, owner: number): Claim {
    const { claims } = this
    for (const row of claims.everyRow())
      if (claims.place[row] === place && claims.victim[row] === victim && claims.owner[row] === owner) return row
    return NONE
  }
}
