import type { ExpandedBlueprint } from '../../simulation/expanded-blueprint.ts'
import { didYouMean } from '../../values/did-you-mean.ts'

/** The interfaces in a capture: all, those of one link or host, or the links that an attacker observes. */
export type CaptureSubject =
  | { readonly kind: 'everything' }
  | { readonly kind: 'link' | 'host' | 'attacker'; readonly name: string }

/** Thrown for a text that names no link, host or attacker of a scenario, or several. */
export class UnknownCaptureSubject extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UnknownCaptureSubject'
  }
}

/** The most names that a message lists. */
const MAX_LISTED = 12

export const EVERYTHING: CaptureSubject = { kind: 'everything' }

type Kind = 'link' | 'host' | 'attacker'

const PREFIXED = /^(link|host|attacker)\/(.*)$/

/**
 * Finds the link, segment, host or attacker of a scenario with this name. `link/NAME`, `host/NAME` and `attacker/NAME`
 * distinguish equal names.
 * @throws UnknownCaptureSubject
 */
export function captureSubject(
  blueprint: Pick<ExpandedBlueprint, 'hosts' | 'links' | 'segments' | 'attackers'>,
  text: string,
): CaptureSubject {
  const [, kind, rest] = PREFIXED.exec(text) ?? []
  const named: readonly { readonly kind: Kind; readonly name: string }[] = [
    ...blueprint.attackers.map(({ name }) => ({ kind: 'attacker' as const, name })),
    ...blueprint.hosts.map(({ name }) => ({ kind: 'host' as const, name })),
    ...[...blueprint.links, ...blueprint.segments].map(({ name }) => ({ kind: 'link' as const, name })),
  ]
  const found = named.filter(
    (one) =>
      one.name === text ||
      (one.kind === kind && (one.name === rest || `${one.name}/forward` === rest || `${one.name}/backward` === rest)),
  )
  const [first, second] = found
  if (first !== undefined && second === undefined) return first
  const nameOf = (one: { readonly kind: Kind; readonly name: string }) => `${one.kind}/${one.name}`
  const known = found.length === 0 ? named.map(nameOf).filter(isOfScenario) : found.map(nameOf)
  const reason =
    found.length === 0
      ? `no link, host or attacker is called ${text}`
      : `${text} is the name of a ${found.map((one) => one.kind).join(' and a ')}`
  const hint = didYouMean(
    text,
    known.flatMap((one) => [one, one.slice(one.indexOf('/') + 1)]),
  )
  throw new UnknownCaptureSubject(`${reason}; ${hint ?? `the scenario has ${known.slice(0, MAX_LISTED).join(', ')}`}`)
}

/** Returns whether the scenario declares this host or link. Names of added ones begin with a tilde. */
function isOfScenario(name: string): boolean {
  return !name.includes('/~')
}
