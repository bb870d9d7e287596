import { NONE } from '../../engine/table.ts'
import type { Plan } from '../../simulation/plan/plan.ts'
import type { CaptureSubject } from './capture-subject.ts'

/** An interface of a capture: the end of a link at a host or switch, or what an attacker sees of a link. */
export interface CaptureInterface {
  readonly name: string
  readonly description: string
}

/** The interfaces of a capture, and which of them sees the packets of each link direction at each end. */
export class Interfaces {
  readonly all: CaptureInterface[] = []
  /** The index of the interface at the sender's end of each direction, and at the receiver's; NONE for none. */
  readonly ofSender: readonly number[]
  readonly ofReceiver: readonly number[]
  /** The index of the interface by which the attacker of the capture observes each direction; NONE for none. */
  readonly ofAttacker: readonly number[]
  private readonly indexByName = new Map<string, number>()

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
    const endOf = (direction: number, node: number): number => {
      const link = linkOf(plan.directions[direction].name)
      const real = aliases.get(`${node} ${link}`) ?? link
      const name = nameOf(node)
      return isSeen(real, name) ? this.indexOf(`${name}:${real}`, `the end of ${real} at ${name}`) : NONE
    }
    this.ofSender = plan.directions.map(({ fromHost }, direction) => endOf(direction, fromHost))
    this.ofReceiver = plan.directions.map(({ toHost, fromHost }, direction) =>
      // What a host sends to itself passes its loopback interface once.
      toHost === fromHost ? NONE : endOf(direction, toHost),
    )
    const watched = new Set(attacker?.watched.map(({ direction }) => direction))
    this.ofAttacker = plan.directions.map(({ name }, direction) =>
      attacker !== undefined && watched.has(direction)
        ? this.indexOf(`${attacker.name} on ${linkOf(name)}`, `what ${attacker.name} sees on ${linkOf(name)}`)
        : NONE,
    )
  }

  private indexOf(name: string, description: string): number {
    const known = this.indexByName.get(name)
    if (known !== undefined) return known
    const index = this.all.push({ name, description }) - 1
    this.indexByName.set(name, index)
    return index
  }
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
 * Returns the link on which a host sees packets that an attacker in the middle of it diverts, by the end of the link onto
 * which they are diverted: to the host they are still on the real link.
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
