import { IndexedTable, type Row } from '../../engine/table.ts'
import type { AccountTable } from '../../network/account.ts'
import type { ActivityTable } from '../../network/activity.ts'
import type { Account, Activity } from '../../network/rows.ts'
import type { SilenceSettings } from '../../transport/lifecycle/keepalive.ts'
import type { Stream } from '../../transport/rows.ts'
import { derivedName } from '../../transport/streams/derived-name.ts'
import { FAILURE_REASONS, type FailureReason } from '../../transport/streams/failure.ts'
import type { Tcp } from '../../transport/tcp.ts'

/** The state of a connection that is being set up. */
export const DIALLING = 1

/** The ends of a TCP connection, and the name from which the name of each dial derives. */
export interface DialTarget {
  readonly host: number
  readonly localAddress: number
  readonly remoteAddress: number
  readonly port: number
  readonly nameHigh: number
  readonly nameLow: number
  readonly silence?: SilenceSettings
}

/**
 * Connections that carry the connections of paths and are dialled again after a loss: SSH tunnels, or Konnectivity
 * agents.
 */
export abstract class DialledTable<R extends Row<string>> extends IndexedTable<R> {
  readonly state = this.uint8()
  readonly dials = this.float64()
  /** The number of successful setups: logins to an SSH server, or registrations at a Konnectivity server. */
  readonly setups = this.float64()
  /** The number of connections along paths that it has carried. */
  readonly channels = this.float64()
  /** The number of lost connections plus the number of failed dials. */
  readonly losses = this.float64()
  /** The number of losses while it carried no connection of a path, by reason. */
  readonly idleLosses = this.float64(0, FAILURE_REASONS.length)
  readonly dialTick = this.float64()
  /** Time from the dial to the first setup; -1 before that. */
  readonly setupNs = this.float64(-1)
  readonly account = this.handle<Account>()
  readonly activity = this.handle<Activity>()

  /** Adds a row with an account and an activity of its own. */
  add(accounts: AccountTable, activities: ActivityTable): void {
    const account = accounts.allocate()
    const activity = activities.begin()
    const row = this.allocate()
    this.account[row] = account
    this.activity[row] = activity
  }

  /** Dials the TCP connection below, and returns its stream. */
  dial(row: number, tcp: Tcp, tick: number, target: DialTarget): Stream {
    this.state[row] = DIALLING
    this.dialTick[row] = tick
    this.dials[row]++
    return tcp.dial({
      host: target.host,
      localAddress: target.localAddress,
      remoteAddress: target.remoteAddress,
      port: target.port,
      nameHigh: derivedName(target.nameHigh, this.dials[row]),
      nameLow: derivedName(target.nameLow, this.dials[row]),
      account: this.account[row],
      activity: this.activity[row],
      isRelay: false,
      ...(target.silence === undefined ? {} : { silence: target.silence }),
    })
  }

  /** Records that a connection was lost, or a dial failed. `isIdle`: it carried no connection of a path. */
  noteLoss(row: number, reason: FailureReason, isIdle: boolean): void {
    this.losses[row]++
    if (isIdle) this.idleLosses[row * FAILURE_REASONS.length + FAILURE_REASONS.indexOf(reason)]++
  }

  /** Returns the reasons of a row's losses while it carried no connection of a path, one entry for each loss. */
  idleLossesOf(row: number): FailureReason[] {
    const first = row * FAILURE_REASONS.length
    return FAILURE_REASONS.flatMap((reason, index) =>
      Array.from({ length: this.idleLosses[first + index] }, (): FailureReason => reason),
    )
  }

  /** Records that a dial has succeeded. */
  noteSetup(row: number, tick: number): void {
    this.setups[row]++
    if (this.setupNs[row] < 0) this.setupNs[row] = tick - this.dialTick[row]
  }
}
