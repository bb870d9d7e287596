import type { Arena } from '../../engine/arena.ts'
import { EventKind } from '../../engine/event-kind.ts'
import { NONE } from '../../engine/table.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { AccountTable } from '../../network/account.ts'
import type { ActivityTable } from '../../network/activity.ts'
import type { Activity } from '../../network/rows.ts'
import type { SshSession } from '../../security/rows.ts'
import type { Ssh, SshOwner } from '../../security/ssh.ts'
import type { ChannelRequest } from '../../security/ssh-channels.ts'
import type { Stream } from '../../transport/rows.ts'
import type { FailureReason } from '../../transport/streams/failure.ts'
import type { Tcp } from '../../transport/tcp.ts'
import { DIALLING, DialledTable } from '../paths/dialled-table.ts'
import { SSH_PORT, type Tunnel } from '../paths/path.ts'
import type { RefusedDials } from '../paths/refused-dials.ts'
import type { SshTunnel } from '../rows.ts'

/** The SSH login of a tunnel (the target) has timed out. */
export const LOGIN_DEADLINE = new EventKind('login deadline')

const DOWN = 0
const UP = 2

/**
 * The time that the tunneler of Kubernetes waits for the SSH login (pkg/ssh/ssh.go, realSSHDialer: a read deadline).
 * Its earlier timeout for the TCP connection (sshDialTimeout, 150 s) never expires, since TCP gives up earlier.
 */
const LOGIN_PATIENCE_NS = 30 * NS_PER_S

export class TunnelTable extends DialledTable<SshTunnel> {
  /**
   * 1: new connections may use the tunnel. A tunnel that a tunneler maintains stays listed after it is lost, until its
   * health check fails.
   */
  readonly isListed = this.uint8()
  readonly listedTick = this.float64()
  readonly session = this.handle<SshSession>()
  /** The number of health checks that began. The next fields count those that passed and failed. */
  readonly begunChecks = this.float64()
  readonly passedChecks = this.float64()
  readonly failedChecks = this.float64()

  constructor(arena: Arena, count: number) {
    super(arena, Math.max(1, count))
    this.attach()
  }
}

/** An observer of tunnels that come up or go down. */
export interface TunnelObserver {
  onTunnelUp(tunnel: number): void
  onTunnelDown(tunnel: number, reason: FailureReason): void
}

export interface TunnelsParts {
  readonly arena: Arena
  readonly timeline: Timeline
  readonly tcp: Tcp
  readonly ssh: Ssh
  readonly activities: ActivityTable
  readonly accounts: AccountTable
  readonly refusals: RefusedDials
  readonly tunnels: readonly Tunnel[]
  /** Event target of tunnel 0; those of other tunnels follow. */
  readonly firstTunnelTarget: number
}

/**
 * The SSH connections of all tunnels. They are dialled at the start or when first needed, and again when they are
 * needed after a loss. In a cluster with a tunneler, the tunneler decides when.
 */
export class Tunnels implements SshOwner {
  readonly table: TunnelTable
  private readonly parts: TunnelsParts
  private observer!: TunnelObserver

  constructor(parts: TunnelsParts) {
    const { arena, tunnels, activities, accounts } = parts
    this.parts = parts
    this.table = new TunnelTable(arena, tunnels.length)
    for (let i = 0; i < tunnels.length; i++) this.table.add(accounts, activities)
    parts.timeline.handle(LOGIN_DEADLINE, parts.firstTunnelTarget, (tunnel, dial) => this.onDeadline(tunnel, dial))
  }

  observeWith(observer: TunnelObserver): void {
    this.observer = observer
  }

  /** Dials the tunnels that workloads wait for at the start. Returns true if there are none. */
  dialWarm(): boolean {
    this.parts.tunnels.forEach(({ isWarm }, tunnel) => {
      if (isWarm) this.dial(tunnel)
    })
    return !this.isAnyWarmDialling()
  }

  isAnyWarmDialling(): boolean {
    return this.parts.tunnels.some(({ isWarm }, tunnel) => isWarm && this.table.state[tunnel] === DIALLING)
  }

  isListed(tunnel: number): boolean {
    return this.table.isListed[tunnel] === 1
  }

  isManaged(tunnel: number): boolean {
    return this.parts.tunnels[tunnel].isManaged
  }

  /** Opens a channel through a tunnel. Its stream fails one tick later if the tunnel is lost. */
  open(tunnel: number, request: ChannelRequest, activity: Activity): Stream {
    const session = this.table.session[tunnel]
    if (session !== NONE) return this.parts.ssh.channels.open(session, request)
    return this.parts.refusals.dial(this.parts.tunnels[tunnel].fromHost, request, activity, 'unexpected end')
  }

  /** Excludes a tunnel from use by new connections. */
  unlist(tunnel: number): void {
    this.table.isListed[tunnel] = 0
  }

  /** Closes a tunnel, with all channels through it. */
  close(tunnel: number): void {
    const session = this.table.session[tunnel]
    this.unlist(tunnel)
    if (session !== NONE) this.parts.ssh.giveUp(session, 'connection reset')
  }

  /** Dials a tunnel, unless it is up or being dialled. */
  dial(tunnel: number): void {
    const { table } = this
    const { tcp, ssh, timeline } = this.parts
    if (table.state[tunnel] !== DOWN) return
    const planned = this.parts.tunnels[tunnel]
    const stream = table.dial(tunnel, tcp, timeline.now, { ...planned, host: planned.fromHost, port: SSH_PORT })
    const session = ssh.connect(stream, planned.sshClient, tunnel, table.account[tunnel])
    table.session[tunnel] = session
  }

  onConnected(tunnel: number): void {
    const { table } = this
    const { timeline } = this.parts
    timeline.schedule(
      timeline.now + LOGIN_PATIENCE_NS,
      this.parts.firstTunnelTarget + tunnel,
      LOGIN_DEADLINE,
      table.dials[tunnel],
    )
  }

  /** Handles the event LOGIN_DEADLINE of a tunnel. `dial` is the number of its dial. */
  private onDeadline(tunnel: number, dial: number): void {
    const { table } = this
    if (table.state[tunnel] === DIALLING && table.dials[tunnel] === dial)
      this.parts.ssh.giveUp(table.session[tunnel], 'timed out')
    else this.parts.timeline.noteIdleWakeUp()
  }

  onLoggedIn(tunnel: number): void {
    const { table } = this
    table.state[tunnel] = UP
    table.isListed[tunnel] = 1
    table.listedTick[tunnel] = this.parts.timeline.now
    table.noteSetup(tunnel, this.parts.timeline.now)
    this.observer.onTunnelUp(tunnel)
  }

  onLost(tunnel: number, reason: FailureReason, isIdle: boolean): void {
    this.table.noteLoss(tunnel, reason, isIdle)
    this.table.state[tunnel] = DOWN
    this.table.session[tunnel] = NONE
    if (!this.parts.tunnels[tunnel].isManaged) this.unlist(tunnel)
    this.observer.onTunnelDown(tunnel, reason)
  }
}
