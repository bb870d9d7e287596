import type { Arena } from '../engine/arena.ts'
import { NONE, Table } from '../engine/table.ts'
import type { AddressBook } from './address-book.ts'
import type { Claim } from './rows.ts'

/** The switch in the middle of a bridged segment. Immutable. */
export interface Bridge {
  /** Its number among hosts and switches. */
  readonly place: number
  /** By host: the direction from the switch to it. */
  readonly ports: ReadonlyMap<number, number>
}

class ClaimTable extends Table<Claim> {
  /** Of the switch; NONE: the row is free. */
  readonly place = this.int32()
  readonly victim = this.int32()
  /** The host that the address belongs to. */
  readonly owner = this.int32()
  /** The direction from the switch to whoever claims it. */
  readonly port = this.int32()

  constructor(arena: Arena) {
    super(arena, 4)
    this.attach()
  }
}

/**
 * Where hosts on bridged segments send frames (RFC 826). An entry is right unless somebody has claimed its address with
 * a gratuitous reply, which a host takes for an entry that it has. What is wrongly sent arrives at the claimer with the
 * destination that it had; who forwards sends it on, and its own entries are right. Frames of ARP take no time here, and
 * entries do not age: a claim holds until it is released or taken back by a claim of the owner's.
 *
 * On routed segments nobody asks: the fabric takes each packet to whom the cloud has given the address.
 */
export class Neighbours {
  private readonly claims: ClaimTable
  private readonly addresses: AddressBook
  private readonly bridges: ReadonlyMap<number, Bridge>

  constructor(arena: Arena, addresses: AddressBook, bridges: readonly Bridge[]) {
    this.claims = new ClaimTable(arena)
    this.addresses = addresses
    this.bridges = new Map(bridges.map((bridge) => [bridge.place, bridge]))
  }

  /**
   * `victim` believes from now on that `address` is where `by` is, and sends there what it would send to the address or
   * through the host that has it. False, and nothing changes, where the segment is not bridged or one of them not on it.
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

  /** The victim's entry is right again. */
  release(place: number, victim: number, address: number): void {
    this.dropClaim(place, victim, this.addresses.hostOf(address, NONE))
  }

  /** A switch has a frame of `from` that belongs on `direction`: where it goes. */
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
