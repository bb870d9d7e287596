import type { ExpandedBlueprint } from '../../simulation/expanded-blueprint.ts'

/** The interfaces in a capture: all, those of one link or host, or the links that an attacker observes. */
export type CaptureSubject =
  | { readonly kind: 'everything' }
  | { readonly kind: 'link' | 'host' | 'attacker'; readonly name: string }

/** The subject that a text names, or why it names none. */
export type NamedSubject =
  | { readonly ok: true; readonly subject: CaptureSubject }
  | { readonly ok: false; readonly reason: string; readonly known: readonly string[] }

type Kind = 'link' | 'host' | 'attacker'

const PREFIXED = /^(link|host|attacker)\/(.*)$/

/**
 * Finds the link, segment, host or attacker of a scenario with this name. `link/NAME`, `host/NAME` and `attacker/NAME`
 * distinguish equal names.
 */
export function captureSubject(
  blueprint: Pick<ExpandedBlueprint, 'hosts' | 'links' | 'segments' | 'attackers'>,
  text: string,
): NamedSubject {
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
  const [first] = found
  if (found.length === 1) return { ok: true, subject: first }
  const known = named.map((one) => `${one.kind}/${one.name}`)
  if (found.length === 0)
    return { ok: false, reason: `no link, host or attacker is called ${text}`, known: known.filter(isOfScenario) }
  const choices = found.map((one) => `${one.kind}/${one.name}`)
  return {
    ok: false,
    reason: `${text} is the name of a ${found.map((one) => one.kind).join(' and a ')}`,
    known: choices,
  }
}

/** Returns whether the scenario declares this host or link. Names of added ones begin with a tilde. */
function isOfScenario(name: string): boolean {
  return !name.includes('/~')
}
