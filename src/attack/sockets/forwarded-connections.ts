import type { TunnelledConnections } from '../../cluster/konnectivity/tunnelled-connections.ts'
import { NONE } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { Network } from '../../network/network.ts'
import { PASS, type PacketRule } from '../../network/packet-rule.ts'
import type { Packet } from '../../network/rows.ts'
import type { SshChannels } from '../../security/ssh-channels.ts'
import type { Stream } from '../../transport/rows.ts'
import type { Relays } from '../../transport/streams/relay.ts'
import type { Tcp } from '../../transport/tcp.ts'
import type { AttackPlan } from '../attack-plan.ts'
import type { Forge } from '../forge.ts'
import { LegIndex } from '../leg-index.ts'
import type { AttackState } from '../state/attack-state.ts'
import type { EventCounts } from '../state/event-counts.ts'
import { USED_TECHNIQUES } from '../techniques.ts'
import { VANTAGES } from '../vantages.ts'
import type { AgentStart } from './sockets-plan.ts'

/** The index of the loopback address in every address book. */
const LOOPBACK = 0

export interface ForwardedConnectionsParts {
  readonly timeline: Timeline
  readonly network: Network
  readonly tcp: Tcp
  readonly relays: Relays
  readonly channels: SshChannels
  readonly tunnelled: TunnelledConnections
  readonly plan: AttackPlan
  readonly state: AttackState
  readonly events: EventCounts
  readonly forge: Forge
  /** The Konnectivity agents that attackers run. */
  readonly ownAgents: readonly AgentStart[]
}

/** Attaches the recording to all link directions that leave hosts of attackers, behind all other rules. */
export function recordForwarding(parts: ForwardedConnectionsParts): void {
  const { rules, directions, routing } = parts.network
  const forwarded = new ForwardedConnections(parts)
  parts.plan.attackers.forEach(({ host }, attacker) => {
    const loopback = routing.nextDirection(host, LOOPBACK)
    for (let direction = 0; direction < directions.count; direction++)
      if (directions.startOf(direction) === host && direction !== loopback)
        rules.attach(direction, 'entry', forwarded.ruleFor(attacker, direction))
  })
}

/**
 * Records the connections that attackers' hosts forward without ending them: as the far end of a tunnel (sshd or a
 * Konnectivity agent), which copies bytes, or as a hop, which forwards packets. The attacker then learns the peers,
 * sizes and times of connections, and the plaintext of handshakes.
 */
class ForwardedConnections {
  private readonly parts: ForwardedConnectionsParts
  /** The legs of the steps of each attacker that accept connections to the servers of their paths. */
  private readonly legs: readonly LegIndex[]

  constructor(parts: ForwardedConnectionsParts) {
    this.parts = parts
    const { steps, attackers } = parts.plan
    this.legs = attackers.map((_, attacker) => {
      const taking = [...steps.keys()].filter((step) => steps[step].attacker === attacker && this.isTaking(step))
      return new LegIndex(parts.plan, taking)
    })
  }

  /**
   * Returns the rule that records packets leaving an attacker's host on a link direction. It lets all packets pass.
   */
  ruleFor(attacker: number, direction: number): PacketRule {
    return {
      judge: ({ row, payloadBytes }) => {
        if (payloadBytes > 0 && !this.parts.state.areAllDisabled) this.see(attacker, direction, row)
        return PASS
      },
    }
  }

  private see(attacker: number, direction: number, packet: Packet): void {
    const { tcp, plan } = this.parts
    const stream = tcp.streamSending(packet, plan.attackers[attacker].host)
    if (stream === NONE) this.seeHop(attacker, direction, packet)
    else this.seeTunnelEnd(attacker, direction, packet, stream)
  }

  /** Records a packet that no connection of the host has sent. */
  private seeHop(attacker: number, direction: number, packet: Packet): void {
    const { network, plan, forge } = this.parts
    const { packets, addresses } = network
    const { host } = plan.attackers[attacker]
    if (addresses.hostOf(packets.source[packet], host) === host || forge.hasForged(attacker, packet)) return
    for (const { step, leg } of this.legs[attacker].find(packets, packet))
      if (!leg.isSpare && this.isInTime(step)) this.add(step, leg.replica, direction, packet)
  }

  /** Records a packet of a connection that the host has opened as the end of a tunnel. */
  private seeTunnelEnd(attacker: number, direction: number, packet: Packet, stream: Stream): void {
    const { relays, plan, channels, tunnelled } = this.parts
    const inner = relays.otherSideOf(stream)
    if (inner === NONE) return
    const channel = channels.channelOf(inner)
    const target = channel === NONE ? tunnelled.targetOf(inner) : channels.channels.target[channel]
    const path = plan.namedPaths[target]
    if (path === undefined) return
    const own = channel === NONE ? this.stepOfAgent(attacker, tunnelled.agentOf(inner)) : NONE
    plan.steps.forEach((step, index) => {
      if (step.attacker !== attacker || !step.paths.includes(path)) return
      if (own === NONE ? this.isTaking(index) && this.isInTime(index) : own === index)
        this.add(index, step.legs.some(({ replica }) => replica === target) ? target : path, direction, packet)
    })
  }

  /** Returns the step that runs a Konnectivity agent; NONE for an agent of the cluster. */
  private stepOfAgent(attacker: number, agent: number): number {
    const { plan, ownAgents } = this.parts
    const own = ownAgents.find((each) => each.agent === agent && plan.steps[each.step].attacker === attacker)
    return own?.step ?? NONE
  }

  private isTaking(step: number): boolean {
    return USED_TECHNIQUES[this.parts.plan.steps[step].technique].serves?.at === 'server-address'
  }

  /** Returns whether the step lasts, or its tunnels outlive it: those that end at a host of the attacker's own do. */
  private isInTime(step: number): boolean {
    const { plan, state, timeline } = this.parts
    const { startTick, endTick, attacker } = plan.steps[step]
    const isLasting = timeline.now < endTick || VANTAGES[plan.attackers[attacker].vantage].hasOwnHost
    return isLasting && timeline.now >= startTick && !state.isDisabled(step)
  }

  private add(step: number, path: number, direction: number, packet: Packet): void {
    this.parts.events.add(step, path, 'passed', 1, direction, this.parts.network.packets.serial[packet])
  }
}
