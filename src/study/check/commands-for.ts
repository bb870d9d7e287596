import type { Finding, Tried } from '../../measure/check.ts'
import { type Reproduction, reproduceLine } from '../reproduce.ts'

/** The options of a check that its commands contain. */
export type RepeatedOptions = Pick<
  Reproduction,
  'set' | 'seed' | 'policy' | 'today' | 'network' | 'provider' | 'kubernetes' | 'allNodes'
>

/**
 * Returns the command that reproduces a finding, and the one that writes a report about it.
 * @param file the scenario, or the files of a real cluster
 * @param isImported true for the files of a real cluster, for which no command writes a report
 */
export function commandsFor(
  { path, place, attack, verdict: { vantage, technique } }: Tried,
  file: string | readonly string[],
  { set = [], seed, policy = [], today, network, provider, kubernetes, allNodes }: RepeatedOptions,
  isImported: boolean,
): Pick<Finding, 'reproduce' | 'look'> {
  const which =
    attack === null
      ? { path: [path], vantage: [vantage], technique: [technique], ...(place === null ? {} : { place: [place] }) }
      : { attack: [attack], path: [path], technique: [technique] }
  const shown =
    attack === null ? { command: 'matrix' as const, which } : { command: 'run' as const, which: { attack: [attack] } }
  const imported = { network, provider, kubernetes, allNodes }
  return {
    reproduce: reproduceLine('check', { file, set, seed, policy, today, ...imported, ...which }),
    look: isImported
      ? null
      : `${reproduceLine(shown.command, { file, set, seed, ...shown.which })} --report finding.html`,
  }
}
