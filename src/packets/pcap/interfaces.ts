import { NONE } from '../../engine/table.ts'
import type { Plan } from '../../simulation/plan.ts'
import type { CaptureSubject } from './capture-subject.ts'

/** An interface of a capture: the end of a link at a host or switch, or an attacker's view of a link. */
export interface CaptureInterface {
  readonly name: string
  readonly description: string
}

/** The interfaces of a capture, and the interface that sees the packets of each link direction at each end. */
export class Interfaces {
  readonly all: readonly CaptureInterface[]
  /** The index of the interface at the sender's end of each direction, and at the receiver's; NONE for none. */
  readonly ofSender: readonly number[]
  readonly ofReceiver: readonly number[]
  /** The index of the interface by which the attacker of the capture observes each direction; NONE for none. */
  readonly ofAttacker: readonly number[]

  constructor(plan: Plan, subject: CaptureSubject) {
    const nameOf = (node: number) =>
      node < plan.hosts.length ? plan.hosts[node].name : plan.switches[node - plan.hosts.length].name
    const attacker =
      subject.kind === 'attacker' ? plan.attack?.attackers.find(({ name }) => name === subject.name) : undefined
    const aliases = aliasesOf(plan)
    const isSeen = (link: string, node: string): boolean => {
      if (subject.kind === 'everything') return true
      if (subject.kind === 'link') return nameOfLink(link) === subject.name
      return subject.kind === 'host' ? node === subject.name : attacker !== undefined && node === nameOf(attacker.host)
    }
    const endOf = (direction: number, node: number): CaptureInterface | null => {
      const link = linkOf(plan.directions[direction].name)
      const real = aliases.get(`${node} ${link}`) ?? link
      const name = nameOf(node)
      return isSeen(real, name) ? { name: `${name}:${real}`, description: `the end of ${real} at ${name}` } : null
    }
    const watched = new Set(attacker?.watched.map(({ direction }) => direction))
    const senders = plan.directions.map(({ fromHost }, direction) => endOf(direction, fromHost))
    // A packet that a host sends to itself passes its loopback interface once.
    const receivers = plan.directions.map(({ toHost, fromHost }, direction) =>
      toHost === fromHost ? null : endOf(direction, toHost),
    )
    const attackers = plan.directions.map(({ name }, direction) => {
      if (attacker === undefined || !watched.has(direction)) return null
      return {
        name: `${attacker.name} on ${linkOf(name)}`,
        description: `what ${attacker.name} sees on ${linkOf(name)}`,
      }
    })
    this.all = inOrder([...senders, ...receivers, ...attackers])
    const indexByName = new Map(this.all.map(({ name }, index) => [name, index]))
    const indexOf = (one: CaptureInterface | null) => (one === null ? NONE : (indexByName.get(one.name) ?? NONE))
    this.ofSender = senders.map(indexOf)
    this.ofReceiver = receivers.map(indexOf)
    this.ofAttacker = attackers.map(indexOf)
  }
}

/** Returns each interface once, in the order of names. */
function inOrder(given: readonly (CaptureInterface | null)[]): readonly CaptureInterface[] {
  const byName = new Map(given.flatMap((one) => (one === null ? [] : [[one.name, one] as const])))
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Returns the link of a direction: `link/wan`, `segment/lan/node-1`, `loopback/master`. */
export function linkOf(direction: string): string {
  return direction.startsWith('loopback/') ? direction : direction.slice(0, direction.lastIndexOf('/'))
}

/** Returns the name of a link or segment in a scenario. */
function nameOfLink(link: string): string {
  const [kind, ...rest] = link.split('/')
  return kind === 'segment' ? rest.slice(0, -1).join('/') : rest.join('/')
}

/**
 * Returns, for each link onto which an attacker diverts packets, the real link. A host sees diverted packets on the
 * real link.
 */
function aliasesOf({ attack, directions }: Plan): ReadonlyMap<string, string> {
  const aliases = new Map<string, string>()
  for (const { tapOf } of attack?.attackers ?? [])
    for (const [direction, { fromHost, name }] of directions.entries()) {
      const tap = tapOf[direction]
      if (tap !== NONE && directions[tap].fromHost === fromHost)
        aliases.set(`${fromHost} ${linkOf(directions[tap].name)}`, linkOf(name))
    }
  return aliases
}
